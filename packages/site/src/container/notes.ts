import { type ErrorCode, type Identity, type Noted, type Request, randomName } from "@konsil/core";

/** A central part, as a steward's journal has it: like a question of the site's own. */
export function centralQuestion(
  asked: Pick<Request, "arguments" | "data" | "roster"> &
    Partial<Pick<Request, "analysis" | "round" | "policy">> & { readonly algorithm: Identity },
): Request {
  const { algorithm, arguments: args, data, roster, policy = {} } = asked;
  const { analysis = randomName() } = asked;
  const { name, version } = algorithm;
  return {
    format: "konsil.request/1",
    analysis,
    round: asked.round ?? analysis,
    algorithm: { name, version },
    step: { name: `${name}.central`, version },
    arguments: args,
    data,
    roster,
    policy,
  };
}

function numbersIn(value: unknown): number {
  if (typeof value === "number") return 1;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce((sum: number, inner) => sum + numbersIn(inner), 0);
}

/** That what all sites' answers come to left from here. */
export function outcomeNote(
  { analysis, round }: Pick<Request, "analysis" | "round">,
  site: string,
  value: unknown,
): Noted {
  return {
    format: "konsil.reply/1",
    analysis,
    round,
    site,
    ok: true,
    rows: null,
    policy: null,
    released: [
      {
        field: "value",
        kind: "central",
        cells: numbersIn(value),
        masked: 0,
        rule: "what all sites' answers come to, each of which left under its own site's rules",
      },
    ],
  };
}

export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
}

/** That nothing left, and why. */
export function refusalNote(
  asked: Pick<Request, "analysis" | "round"> | undefined,
  site: string,
  { code, message }: Problem,
): Noted {
  const { analysis = "", round = "" } = asked ?? {};
  return { format: "konsil.reply/1", analysis, round, site, ok: false, abstains: false, code, message };
}
