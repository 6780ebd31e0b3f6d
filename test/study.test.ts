import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { escapeMarkup, localFederation, summary } from "konsil";
import { breastCancer } from "konsil/examples";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareWithR, tolerated } from "../examples/breast-cancer/agreement.ts";
import { type Analyses, questions } from "../examples/breast-cancer/analyses.ts";
import { readExpected } from "../examples/breast-cancer/expected.ts";
import { exactAnswer, withCode } from "../examples/breast-cancer/hospital-tables.ts";
import type { Run } from "../examples/breast-cancer/run.ts";
import { runStudy } from "../examples/breast-cancer/study.ts";
import { contained } from "../packages/sdk/src/testing/contained.ts";

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
    expect(report).toContain("R package survival (Therneau), which is licensed under the LGPL");
    expect(report).toContain("43 of these patients died after their follow-up for recurrence had ended");
  });
});

/** What an analysis found, without how it was done. */
function foundBy<Value extends { readonly report: unknown }>({ report: _report, ...value }: Value): unknown {
  return value;
}

describe("the same study under a hospital's default policy", () => {
  it("asks every question, and refuses what needs exact times or one site", () => {
    const { answers } = run.hospital;
    expect(Object.keys(answers).sort()).toEqual([...Object.keys(run.analyses.results), "siteBySite"].sort());
    const refused = Object.entries(answers).flatMap(([name, { refusal }]) =>
      refusal === null ? [] : [`${name} ${refusal.code}`],
    );
    expect(refused).toEqual([
      "siteBySite ORGANIZATIONS_TOO_FEW",
      "logRankPooled EVENT_TIMES_NOT_PERMITTED",
      "coxPooledEfron EVENT_TIMES_NOT_PERMITTED",
      "coxPooledBreslow EVENT_TIMES_NOT_PERMITTED",
      "coxByGrade EVENT_TIMES_NOT_PERMITTED",
    ]);
    for (const { result } of Object.values(answers))
      for (const { policy } of result !== null && "report" in result ? result.report.sites : [])
        if (policy !== null) expect(policy).toMatchObject({ open: false, minimumCell: 5, reason: null });
  });

  it("shows every refusal, every abstention and every withheld curve in the report, by name and rule", () => {
    for (const { refusal, asAsked, result } of Object.values(run.hospital.answers)) {
      for (const no of [refusal, asAsked])
        if (no !== null) expect(report).toContain(escapeMarkup(withCode(no)));
      if (result === null || !("report" in result)) continue;
      for (const { site, state, code, message } of result.report.sites) {
        if (state === "answered") continue;
        expect(report).toContain(escapeMarkup(`${message} [${code}]`));
        expect(report).toContain(`without ${site[0]?.toUpperCase()}${site.slice(1)}: minimum`);
      }
      if ("withheld" in result) expect(result.withheld).toEqual([]);
    }
  });

  it("answers Cox models by site with the very numbers of the open policy", () => {
    for (const name of ["coxBySite", "coxBySiteBreslow", "coxEachSite"] as const) {
      const { result, exact } = run.hospital.answers[name];
      expect(result?.report.sites.every(({ state }) => state === "answered")).toBe(true);
      expect(result && foundBy(result)).toEqual(exact && foundBy(exact));
    }
  });

  it("refuses one site asked alone, and shows each site's own fit beside it", () => {
    const { coxEachSite, siteBySite } = run.hospital.answers;
    expect(siteBySite.refusal?.code).toBe("ORGANIZATIONS_TOO_FEW");
    expect(coxEachSite.result?.sites?.map(({ site }) => site)).toEqual(run.analyses.sites.toSorted());
    expect(report).toContain("Hormonal treatment in each site&#39;s own Cox model, under the default policy");
    expect(report).toContain("Kaplan–Meier, one site asked");
    expect(report).toContain("Sites are compared all the same: coxph with perSite");
    expect(report).not.toContain("Each site alone");
  });

  it("answers the log-rank test by site as the sites that do not abstain would under the open policy", async () => {
    const { result } = run.hospital.answers.logRankBySite;
    const sites = result?.report.sites ?? [];
    const answered = sites.flatMap(({ site, state }) => (state === "answered" ? [site] : []));
    expect(sites.flatMap(({ site, code }) => (code === null ? [] : [`${site} ${code}`]))).toEqual([
      "tartu ROWS_TOO_FEW",
    ]);
    const open = await localFederation(breastCancer.filter(({ name }) => answered.includes(name)));
    const exact = await questions(open, { grade: "gradeGroup", quiet: true }).logRankBySite();
    const { report: _report, ...value } = JSON.parse(JSON.stringify(exact)) as typeof exact;
    expect(result && foundBy(result)).toEqual(value);
  });

  it("answers the logistic regression as the sites that do not abstain would under the open policy", async () => {
    const { result } = run.hospital.answers.logistic;
    const answered = (result?.report.sites ?? []).flatMap(({ site, state }) =>
      state === "answered" ? [site] : [],
    );
    expect(answered).toHaveLength(10);
    const open = await localFederation(breastCancer.filter(({ name }) => answered.includes(name)));
    const exact = await questions(open, { grade: "gradeGroup", quiet: true }).logistic();
    const { report: _report, ...value } = JSON.parse(JSON.stringify(exact)) as typeof exact;
    expect(result && foundBy(result)).toEqual(value);
  });

  it("tells no count that is not so: every interval holds the exact number", () => {
    const { answers } = run.hospital;
    for (const name of ["description", "characteristics", "gradeByTreatment", "sizeByGrade"] as const) {
      const { result } = answers[name];
      expect(result).not.toBeNull();
      if (name !== "description") expect(result?.report.cellsMasked).toBeGreaterThan(0);
      expect(contained(foundBy(exactAnswer(run, name)), result && foundBy(result), 1e-12, [])).toBe(
        undefined,
      );
    }
    for (const name of ["gradeByTreatment", "sizeByGrade"] as const) {
      const bounds = answers[name].result?.tables[0]?.chiSquaredBounds?.statistic;
      const exact = exactAnswer(run, name).tables[0]?.chiSquared?.statistic;
      expect(bounds?.lower).toBeLessThanOrEqual(Number(exact));
      expect(bounds?.upper).toBeGreaterThanOrEqual(Number(exact));
    }
  });

  it("bounds each curve, median, restricted mean and number at risk so that the exact one lies within", () => {
    for (const name of ["survival", "survivalByGrade", "followUp"] as const) {
      const { result } = run.hospital.answers[name];
      expect(result?.exactness).toBe("batches of 5, lattice of 30 days");
      const exact = exactAnswer(run, name);
      expect(result?.groups.map(({ label, n, events }) => ({ label, n, events }))).toEqual(
        exact.groups.map(({ label, n, events }) => ({ label, n, events })),
      );
      result?.groups.forEach((group, g) => {
        const truth = exact.groups[g];
        const { within } = group;
        if (truth === undefined || within === null) throw new Error("no group to compare with");
        const at = (times: readonly number[], values: readonly number[], time: number): number =>
          values[times.findLastIndex((one) => one <= time)] ?? 1;
        group.curve.time.forEach((time, i) => {
          const survival = at(truth.curve.time, truth.curve.survival, time);
          expect(within.survival.least[i]).toBeLessThanOrEqual(survival + 1e-12);
          expect(within.survival.most[i]).toBeGreaterThanOrEqual(survival - 1e-12);
          const atRisk = truth.curve.atRisk[truth.curve.time.findIndex((one) => one >= time)] ?? 0;
          expect(within.atRisk.least[i]).toBeLessThanOrEqual(atRisk);
          expect(within.atRisk.most[i]).toBeGreaterThanOrEqual(atRisk);
        });
        const pairs = [
          [within.median, truth.median.estimate],
          [within.restrictedMean, truth.restrictedMean?.estimate],
          ...within.quantiles.map((one, q) => [one, truth.quantiles[q]?.estimate] as const),
          ...(within.atTimes?.least ?? []).map(
            (lower, i) =>
              [{ lower, upper: within.atTimes?.most[i] ?? null }, truth.atTimes?.survival[i]] as const,
          ),
        ] as const;
        // Without a tau of its own the restricted mean of the follow-up ends where the curve does: at another time.
        for (const [bounds, value] of pairs)
          if (name !== "followUp" || bounds !== within.restrictedMean)
            expect(contained(value, bounds, 1e-12, [])).toBe(undefined);
      });
    }
  });

  it("shows every answer beside the exact one, with grades 1 and 2 as one level in both", () => {
    const from = report.indexOf("<h2>The same study under a hospital");
    const half = report.slice(from, report.indexOf("<h2>", from + 4));
    /** The cells of the first line with these words at its beginning, after the table's title. */
    const lineOf = (title: string, group: string, label: string): readonly string[] => {
      const start = [title, group, label].reduce(
        (at, words) => half.indexOf(`>${escapeMarkup(words)}<`, at),
        0,
      );
      return half
        .slice(start + 1, half.indexOf("</tr>", start))
        .split(/<[^>]*>/)
        .map((text) => text.replaceAll("&lt;", "<"))
        .filter((text) => text.trim() !== "");
    };
    const counted = (people: unknown): RegExp => new RegExp(`^${Number(people)} \\(`);
    const cross = "Cross tables, exact and under the default policy";
    const { gradeByTreatment, sizeByGrade, characteristics } = run.hospital.answers;
    const [cell] = gradeByTreatment.result?.tables[0]?.counts[0] ?? [];
    if (cell === undefined || typeof cell === "number") throw new Error("not an interval");
    const exact = exactAnswer(run, "gradeByTreatment").tables[0]?.counts[0]?.[0];
    const untreated = lineOf(cross, "Grade by treatment", "Grades 1–2, not treated");
    expect(untreated).toHaveLength(3);
    expect(untreated[1]).toMatch(counted(exact));
    expect(untreated[2]).toContain(`${cell.lower}–${cell.upper} (`);
    const large = sizeByGrade.exact?.tables[0]?.counts[2]?.[1];
    expect(lineOf(cross, "Size by grade", "> 50 mm, grade 3")[1]).toMatch(counted(large));
    expect(lineOf(cross, "Size by grade", "χ² on 2 df, p")[2]).toMatch(/^\d+\.\d+–\d+\.\d+, p<0\.001$/);

    const grades = characteristics.exact?.variables.find(({ variable }) => variable === "gradeGroup");
    const people = grades !== undefined && "levels" in grades ? grades.overall.counts[0] : undefined;
    expect(lineOf("Table 1 under the default policy", "Grade", "\u2003exact")[3]).toMatch(counted(people));

    const curves = "Recurrence-free survival and follow-up, exact and under the default policy";
    const inYears = (days: number | null | undefined): string => (Number(days) / 365.25).toFixed(1);
    const follow = run.analyses.results.followUp.groups[0]?.median.estimate;
    const { median } = run.hospital.answers.followUp.result?.groups[0]?.within ?? {};
    const line = lineOf(curves, "Length of follow-up", "Median, years");
    expect(line[1]).toMatch(new RegExp(`^${inYears(follow)} \\(`));
    expect(line[3]).toBe(`${inYears(median?.lower)}–${inYears(median?.upper)}`);

    // What is said to be widest can be looked up.
    const [, points, group = "", years] =
      /bounds up to ([\d.]+) apart \((.+?) at (\d+) years\)/.exec(half) ?? [];
    const title = group.charAt(0).toUpperCase() + group.slice(1);
    const [lower, upper] = (lineOf(curves, title, `At ${years} years, %`)[3] ?? "").split("–").map(Number);
    expect(Math.abs(Number(upper) - Number(lower) - Number(points))).toBeLessThan(0.11);

    expect(
      lineOf("Estimates (95% CI), exact and under the default policy", "Log-rank, by site", "χ² on 1 df, p"),
    ).toEqual(["χ² on 1 df, p", expect.stringMatching(/, p<0\.001$/), expect.stringMatching(/, p<0\.001$/)]);
  });

  it("says the cost in figures", () => {
    expect(report).toMatch(/The cost: 5 of 17 questions are refused/);
    expect(report).toMatch(/batches of 5, lattice of 30 days/);
    const lost = exactAnswer(run, "logistic").n - Number(run.hospital.answers.logistic.result?.n);
    expect(lost).toBeGreaterThan(0);
    expect(report).toContain(`the logistic regression lacks ${lost} patients of Prague`);
    expect(report).toMatch(/the log-rank test lacks \d+ patients of Tartu;/);
  });
});
