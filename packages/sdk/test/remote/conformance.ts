import type { AnalysisEvent, AnyAlgorithm, Report, RunOptions } from "@konsil/core";
import { isKonsilError } from "@konsil/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Federation } from "../../src/federation/index.ts";
import { type LocalSite, localFederation } from "../../src/local/index.ts";

/** One analysis that every transport must answer alike, or refuse alike. */
export interface ConformanceCase {
  readonly name: string;
  readonly algorithm: AnyAlgorithm;
  readonly arguments: object;
  readonly options?: RunOptions;
}

/** A federation over the transport that is tested, of these sites, which know these algorithms. */
export interface Opened {
  readonly federation: Federation;
  close(): Promise<void>;
}

/** Without what no two runs have in common. */
function lasting(report: Report): object {
  const { analysis: _analysis, startedAt: _startedAt, seconds: _seconds, rounds, ...rest } = report;
  return {
    ...rest,
    rounds: rounds.map(({ step, version, replayed, sites }) => ({
      step,
      version,
      replayed,
      sites: sites.map(({ site, state }) => `${site} ${state}`).sort(),
    })),
  };
}

type Outcome = { readonly events: readonly string[] } & Readonly<Record<string, unknown>>;

/** What an analysis comes to: its value to the last bit with what is said of it, or its error. */
async function outcome(federation: Federation, one: ConformanceCase): Promise<Outcome> {
  const events: AnalysisEvent[] = [];
  try {
    const result = await federation.run(one.algorithm, one.arguments as never, {
      ...one.options,
      onProgress: (event) => events.push(event),
    });
    const { report, ...value } = result.toJSON() as { report: Report };
    return { value: JSON.stringify(value), report: lasting(report), events: kinds(events) };
  } catch (error) {
    if (!isKonsilError(error)) throw error;
    return { code: error.code, message: error.message, site: error.site ?? null, events: kinds(events) };
  }
}

/** Events that every transport has. Rounds that are asked at once may end in any order. */
function kinds(events: readonly AnalysisEvent[]): readonly string[] {
  return events
    .map(({ type }) => type)
    .filter((type) => !type.startsWith("site") && type !== "keys-first-seen")
    .sort();
}

/**
 * The promises of every transport, held to those of sites in this process: the same answers bit for bit, the same
 * refusals in the same words, the same report. The central part of the cases `atSite` is run at a site as well.
 */
export function conformance(
  transport: string,
  open: (sites: readonly LocalSite[], algorithms: readonly AnyAlgorithm[]) => Promise<Opened>,
  sites: readonly LocalSite[],
  cases: readonly ConformanceCase[],
  atSite: readonly ConformanceCase[] = cases,
): void {
  describe(`over the transport "${transport}"`, () => {
    let opened: Opened;
    let local: Federation;
    beforeAll(async () => {
      opened = await open(sites, [...new Set(cases.map(({ algorithm }) => algorithm))]);
      local = await localFederation(sites);
    });
    afterAll(async () => {
      await opened?.close();
    });

    it("has the same sites", () => {
      expect(opened.federation.sites).toEqual(local.sites);
    });

    it.each(cases.map((one) => [one.name, one] as const))("answers alike: %s", async (_name, one) => {
      expect(await outcome(opened.federation, one)).toEqual(await outcome(local, one));
    });

    it("asks some of the sites alike", async () => {
      const [one] = cases;
      if (one === undefined) return;
      const some = { ...one, options: { ...one.options, sites: sites.slice(0, -1).map(({ name }) => name) } };
      expect(await outcome(opened.federation, some)).toEqual(await outcome(local, some));
    });

    it.each(atSite.map((one) => [one.name, one] as const))(
      "runs the central part at a site with what it comes to at the desk: %s",
      async (_name, one) => {
        const desk = await outcome(local, one);
        const centralAt = sites[1]?.name ?? "";
        const there = { ...one, options: { ...one.options, centralAt } };
        const { events, ...elsewhere } = await outcome(opened.federation, there);
        expect({ ...elsewhere, events }).toEqual(await outcome(local, there));
        const seenBy = expect.stringMatching(new RegExp(`^${centralAt}, .* The researcher's desk sees the`));
        const { events: _events, ...expected } = desk;
        expect(elsewhere).toEqual(
          "report" in expected
            ? { ...expected, report: { ...(expected.report as object), seenBy } }
            : expected,
        );
      },
    );

    it("describes the data alike", async () => {
      const { report: there, ...described } = (await opened.federation.describe()).toJSON();
      const { report: here, ...known } = (await local.describe()).toJSON();
      expect(described).toEqual(known);
      expect(lasting(there)).toEqual(lasting(here));
    });

    it("stops when it is told to", async () => {
      const [one] = cases;
      if (one === undefined) return;
      const analysis = opened.federation.run(one.algorithm, one.arguments as never);
      await Promise.all([
        expect(analysis).rejects.toMatchObject({ code: "ANALYSIS_ABORTED" }),
        analysis.kill(),
      ]);
    });
  });
}
