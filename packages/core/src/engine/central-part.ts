import type { AnyAlgorithm } from "../algorithm/index.ts";
import { encodeJson } from "../encoding/index.ts";
import { isKonsilError } from "../errors/index.ts";
import { type Policy, tighten, Withholding } from "../policy/index.ts";
import { findAlgorithm, requirePermitted } from "../site/index.ts";
import type { CentralFailure, CentralOutcome, CentralReply, CentralRequest } from "./central-message.ts";
import { type Outcome, startAnalysis } from "./engine.ts";
import { type AnalysisEvent, withoutInWords } from "./events.ts";
import type { Transport } from "./transport.ts";

/** Where a central part runs that is not at the desk. */
export interface CentralPlace {
  readonly site: string;
  readonly policy: Policy;
  readonly algorithms: readonly AnyAlgorithm[];
  /** The way to the sites of a roster. */
  readonly transport: (roster: readonly string[]) => Promise<Transport>;
  /** Hears how it goes, in words without a number of any site. */
  readonly onProgress?: ((words: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told of what leaves, before it does: what it throws keeps it here. */
  readonly onReply?: ((reply: CentralReply) => void) | undefined;
  /** Told of errors whose cause does not leave the site. */
  readonly onDefect: (error: unknown) => void;
}

/** The bytes of what a central part comes to at a site. Never rejects. */
export async function answerCentral(request: CentralRequest, place: CentralPlace): Promise<Uint8Array> {
  const { analysis, round } = request;
  const address = { format: "konsil.outcome/1", analysis, round, site: place.site } as const;
  let reply: CentralReply;
  try {
    const { value, report } = await outcome(request, place);
    reply = {
      ...address,
      ok: true,
      value: value as CentralOutcome["value"],
      report,
      arguments: request.arguments,
    };
  } catch (error) {
    reply = { ...address, ok: false, error: told(error, place) };
  }
  try {
    place.onReply?.(reply);
  } catch (error) {
    reply = { ...address, ok: false, error: told(error, place) };
  }
  return encodeJson(reply);
}

async function outcome(request: CentralRequest, place: CentralPlace): Promise<Outcome> {
  const { analysis, algorithm: asked, arguments: args, data, roster } = request;
  requirePermitted(tighten(place.policy, request.policy), asked);
  const algorithm = findAlgorithm(place.algorithms, asked);
  return await startAnalysis({
    id: analysis,
    centralPlace: place.site,
    algorithm,
    arguments: args,
    data,
    transport: await place.transport(roster),
    options: {
      sites: roster,
      policy: request.policy,
      whenSiteFails: request.whenSiteFails,
      deadline: request.deadline,
      signal: place.signal,
      onProgress: (event) => {
        const words = inWords(event);
        if (words !== undefined) place.onProgress?.(words);
      },
    },
    present: (end) => end,
  });
}

function inWords(event: AnalysisEvent): string | undefined {
  if (event.type === "round-started") return `round ${event.round}: ${event.step}`;
  if (event.type === "restarted") return `from the first round again${withoutInWords(event.without)}`;
  return undefined;
}

function told(error: unknown, { site, onDefect }: CentralPlace): CentralFailure["error"] {
  if (error instanceof Withholding)
    return {
      name: "RefusalError",
      code: error.code,
      message: error.message.replaceAll("{site}", site),
      site,
    };
  if (isKonsilError(error)) {
    const { name, code } = error;
    return { name, code, message: error.message.replace(`  [${code}]`, ""), site: error.site ?? null };
  }
  onDefect(error);
  return {
    name: "SiteError",
    code: "SITE_FAILED",
    message: `${site} failed in the central part. The steward there finds the cause in the site's own log.`,
    site,
  };
}
