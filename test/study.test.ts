import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { escapeMarkup, localFederation, summary } from "konsil";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareWithR, tolerated } from "../examples/breast-cancer/agreement.ts";
import type { Analyses } from "../examples/breast-cancer/analyses.ts";
import { readExpected } from "../examples/breast-cancer/expected.ts";
import type { Run } from "../examples/breast-cancer/run.ts";
import { runStudy } from "../examples/breast-cancer/study.ts";

const output = mkdtempSync(join(tmpdir(), "konsil-study-"));
const expected = readExpected();
let agrees = false;
let text = "";
let run: Run;
let report = "";

beforeAll(async () => {
  ({ agrees } = await runStudy({ output, quiet: true }));
  text = readFileSync(join(output, "results.json"), "utf8");
  run = JSON.parse(text) as Run;
  report = readFileSync(join(output, "report.html"), "utf8");
}, 120_000);

afterAll(() => rmSync(output, { recursive: true, force: true }));

/** The results as they were written, with one number changed. */
function withHazardRatio(changed: (ratio: number) => number): Analyses {
  const { results } = run.analyses;
  const [first = null, ...others] = results.coxBySite.hazardRatios;
  const hazardRatios = [first === null ? null : changed(first), ...others];
  return {
    ...run.analyses,
    results: { ...results, coxBySite: { ...results.coxBySite, hazardRatios } as typeof results.coxBySite },
  };
}

describe("the breast cancer study", () => {
  it("agrees with R in every number that is compared", () => {
    expect(agrees).toBe(true);
    expect(run.agreement.analyses).toHaveLength(14);
    expect(run.agreement.numbers).toBeGreaterThan(20_000);
    for (const { analysis, largest, where } of run.agreement.analyses)
      expect(largest, `${analysis}: ${where}`).toBeLessThan(1e-8);
  });

  it("writes results that hold R's numbers", () => {
    const { survival, coxBySite, coxPooledBreslow, logRankBySite, logistic } = run.analyses.results;
    expect([survival.n, survival.events]).toEqual([expected.counts.n, expected.counts.events]);
    const close = (ours: readonly (number | null)[], theirs: readonly (number | null)[]): void => {
      expect(ours).toHaveLength(theirs.length);
      ours.forEach((value, i) => {
        expect(Math.abs(Number(value) / Number(theirs[i]) - 1)).toBeLessThan(1e-8);
      });
    };
    close(coxBySite.coefficients, expected.cox.by_site.coefficients);
    close(coxPooledBreslow.hazardRatioUpper, expected.cox.pooled_breslow.exp_upper);
    close(logistic.standardErrors, expected.logistic.standard_errors);
    close([logRankBySite.chisq], [expected.log_rank.by_site.chisq]);
  });

  it("sees a number that differs, and one that is missing", () => {
    expect(
      compareWithR(
        withHazardRatio((ratio) => ratio),
        expected,
      ).largest,
    ).toBe(run.agreement.largest);
    const wrong = compareWithR(
      withHazardRatio((ratio) => ratio * (1 + 2e-6)),
      expected,
    );
    expect(wrong.largest).toBeGreaterThan(tolerated);
    expect(wrong.where).toBe("Cox, by site: Hazard ratio, age");
    const missing = compareWithR({ ...run.analyses, siteBySite: [] }, expected);
    expect(missing.largest).toBe(1);
  });

  it("keeps patients of known outcome for five years, and says who was left out", () => {
    const { logistic, survival } = run.analyses.results;
    expect(survival.n - logistic.n).toBe(expected.logistic.censored_before_five_years);
    expect(logistic.events).toBe(expected.logistic.within_five_years);
    expect(report).toContain(
      `${expected.logistic.censored_before_five_years} patients are left out by this rule`,
    );
  });

  it("runs under the open policy with its reason, and masks nothing", () => {
    for (const { report: made } of Object.values(run.analyses.results)) {
      expect(made.cellsMasked).toBe(0);
      for (const { state, policy } of made.sites) {
        expect(state).toBe("answered");
        expect(policy).toMatchObject({ open: true, reason: expect.stringContaining("public data") });
      }
    }
  });

  it("writes results that survive JSON", () => {
    expect(`${JSON.stringify(run)}\n`).toBe(text);
  });

  it("writes a page that needs neither script nor network", () => {
    expect(report).toMatch(/^<!doctype html>/);
    expect(report).not.toMatch(/<(script|link|iframe|img|object|embed)\b/i);
    expect(report).not.toMatch(/\b(src|href)\s*=/i);
    expect(report).not.toMatch(/@import|url\(/i);
    expect(report).not.toMatch(/\son[a-z]+\s*=\s*"/i);
    expect(report.match(/<svg /g)?.length).toBeGreaterThanOrEqual(8);
    expect(report).not.toMatch(/undefined|NaN|\[object/);
  });

  it("shows results first, says once near the top that R agrees, and folds R's digits", () => {
    const headings = [...report.matchAll(/<h2>([^<]+)<\/h2>/g)].map(([, heading]) => heading);
    expect(headings.slice(0, 3)).toEqual(["Summary", "Recurrence-free survival", "Cox models"]);
    expect(report.match(/R computed the same on all rows in one place/g)).toHaveLength(1);
    expect(report.match(/<summary>Beside R with fifteen digits<\/summary>/g)).toHaveLength(5);
    // R's estimates stand beside ours, quietly: survival, the log-rank test, two models and Table 1.
    expect(report.match(/konsil-span konsil-muted"[^>]*>R, all rows</g)).toHaveLength(5);
  });

  it("tells a screen reader what each figure shows", () => {
    const figures = report.match(/<svg [^>]*><title [^>]*>[^<]+<\/title><desc [^>]*>[^<]+<\/desc>/g);
    expect(figures).toHaveLength(report.match(/<svg /g)?.length ?? 0);
  });

  it("names what is not yet guarded, in the words of a report under a hospital's policy", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({ x: i % 7 }));
    const federation = await localFederation(["a", "b", "c"].map((name) => ({ name, rows })));
    const { report: guarded } = await federation.run(summary, { columns: ["x"] });
    expect(guarded.notGuarded.length).toBeGreaterThan(0);
    for (const rule of guarded.notGuarded) expect(report).toContain(escapeMarkup(rule));
  });

  it("says plainly where the patients come from", () => {
    expect(report).toContain("their allotment to sites is made up");
    expect(report).toContain("43 of these patients died after their follow-up for recurrence had ended");
  });
});
