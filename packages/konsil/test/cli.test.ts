import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { version } from "@konsil/core";
import { afterAll, describe, expect, it } from "vitest";

// The built command, as a user has it: `npm test` builds before it tests.
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const breastCancer = fileURLToPath(new URL("../data/breast-cancer/sites.json", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "konsil-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function konsil(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { cwd: folder, timeout: 60_000 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

describe("konsil", { timeout: 60_000 }, () => {
  it("helps, everywhere", async () => {
    expect(await konsil("--help")).toMatchObject({ code: 0, out: expect.stringContaining("konsil demo") });
    for (const command of [
      "demo",
      "describe",
      "algorithms",
      "run",
      "explain",
      "preview",
      "policy",
      "journal",
    ]) {
      expect(await konsil(command, "--help")).toMatchObject({
        code: 0,
        out: expect.stringContaining(`konsil ${command}`),
      });
    }
    expect(await konsil()).toMatchObject({ code: 2 });
    expect((await konsil("--version")).out).toBe(`${version}\n`);
  });

  it("ends quietly where nobody reads on, and still writes its files", async () => {
    const args = ["explain", "coxph", "--html", "nobody-reads.html"];
    const child = spawn(process.execPath, [main, ...args], { cwd: folder });
    child.stdout.destroy();
    let err = "";
    child.stderr.on("data", (text: Buffer) => {
      err += text.toString();
    });
    expect(await once(child, "close")).toEqual([0, null]);
    expect(err).toBe("");
    expect(readFileSync(join(folder, "nobody-reads.html"), "utf8")).toMatch(/<\/html>\s*$/);
  });

  it("loads nothing for its help and its version", () => {
    const imported = [...readFileSync(main, "utf8").matchAll(/^import .*?"(.*)";$/gm)].map(
      ([, from]) => from,
    );
    expect(imported).toEqual(["node:fs"]);
  });

  it("says what was meant when it is called wrongly", async () => {
    expect(await konsil("rnu")).toMatchObject({
      code: 2,
      err: expect.stringContaining('Did you mean "run"?'),
    });
    expect(await konsil("describe", "--site", "x")).toMatchObject({
      code: 2,
      err: expect.stringContaining('Did you mean "--sites"?'),
    });
    expect(await konsil("describe")).toMatchObject({ code: 2, err: expect.stringContaining("--sites") });
    expect(await konsil("run", "kaplan-maier", "--sites", breastCancer)).toMatchObject({
      code: 2,
      err: expect.stringContaining('"kaplan-meier"'),
    });
    expect(await konsil("describe", "--sites", "none.json")).toMatchObject({
      code: 2,
      err: expect.stringContaining("none.json"),
    });
  });

  it("lists the algorithms, and the arguments of one", async () => {
    const { out } = await konsil("algorithms");
    for (const name of [
      "attrition",
      "crosstab",
      "describe",
      "kaplan-meier",
      "log-rank",
      "summary",
      "table-one",
    ])
      expect(out).toContain(name);
    const { out: page } = await konsil("algorithms", "kaplanMeier");
    expect(page).toMatch(/^kaplan-meier 1: Kaplan–Meier estimate\n/);
    expect(page).toMatch(/confidenceLevel +number above 0 below 1 +default 0.95 +of the confidence limits\n/);
    expect(page).toContain("departures  distribution: times and how many people each has by group");
    expect(page).toContain("konsil run kaplan-meier --sites sites.json --formula");
    const schema = JSON.parse((await konsil("algorithms", "kaplanMeier", "--json")).out) as {
      properties: object;
    };
    expect(Object.keys(schema.properties)).toContain("confidenceType");
    expect(await konsil("algorithms", "--json")).toMatchObject({ code: 2 });
  });

  it("describes sites", async () => {
    const { code, out, err } = await konsil("describe", "--sites", breastCancer);
    expect(code).toBe(0);
    expect(out).toContain("menopause");
    expect(err).toContain("describe.columns");
    expect((await konsil("describe", "--sites", breastCancer, "--quiet")).err).toBe("");
  });

  it("runs an algorithm and writes its result and its page", async () => {
    const formula = "Surv(days, event) ~ grade";
    const { code, out } = await konsil(
      "run",
      "kaplan-meier",
      "--sites",
      breastCancer,
      "--formula",
      formula,
      "confidenceType=plain",
      "--output",
      "km.json",
      "--html",
      "km.html",
      "--quiet",
      "--where",
      "age >= 50 and grade in [2, 3]",
    );
    expect(code).toBe(0);
    expect(out).toContain("grade=3");
    const result = JSON.parse(readFileSync(join(folder, "km.json"), "utf8")) as {
      confidenceType: string;
      n: number;
      report: { sites: object[] };
    };
    expect(result.confidenceType).toBe("plain");
    expect(result.n).toBeLessThan(3668);
    expect(result.report.sites).toHaveLength(11);
    expect(readFileSync(join(folder, "km.html"), "utf8")).toMatch(/^<!doctype html>[\s\S]*<svg/);
  });

  it.each([
    "grade != 3 && age >= 60",
    "grade != 3 or age >= 60",
    "grade != 3, age >= 60",
    "grade != '3' & age >= 60",
  ])("takes no further words for a part of a value: %s", async (where) => {
    const asked = await konsil("run", "summary", "--sites", breastCancer, "columns=age", "--where", where);
    expect(asked).toMatchObject({ code: 2, err: expect.stringContaining("is not one value") });
  });

  it("finds out before it asks any site whether it can write what it is told to", async () => {
    const run = (...args: string[]) =>
      konsil("run", "summary", "--sites", breastCancer, "columns=age,grade", ...args);
    for (const [option, path, words] of [
      ["--html", "none/report.html", 'there is no folder "none"'],
      ["--output", "none/result.json", 'there is no folder "none"'],
      ["--output", "result.xlsx", "must end in .json, .html, .svg, .csv"],
      ["--html", "report.pdf", "must end in .html"],
      ["--html", ".", "must end in .html"],
    ] as const) {
      const { code, out, err } = await run(option, path);
      expect([code, out]).toEqual([2, ""]);
      expect(err).toContain(`${option} "${path}" cannot be written: `);
      expect(err).toContain(words);
      expect(err).toContain("[OUTPUT_UNWRITABLE]");
      expect(err).not.toContain("counts.");
    }
    expect(await konsil("demo", "--quiet", "--output", file("taken", ""))).toMatchObject({
      code: 2,
      err: expect.stringContaining("[OUTPUT_UNWRITABLE]"),
    });
    expect(await run("--output", "summary.csv", "--quiet")).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, "summary.csv"), "utf8")).toContain("age");
  });

  it("says that a script is missing", async () => {
    for (const script of ["nothere.ts", "nothere.js"])
      expect(await konsil("run", script)).toMatchObject({
        code: 2,
        err: `The script "${script}" does not exist or cannot be read. Check the path.  [USAGE]\n`,
      });
  });

  it("ends a script as the error would end a command, without its trace", async () => {
    const core = new URL("../../core/dist/index.js", import.meta.url).href;
    const script = (end: string): string =>
      file("study.mjs", `import { RefusalError, SiteError } from ${JSON.stringify(core)};\n${end}`);
    const refused = await konsil("run", script('throw new RefusalError("ROWS_TOO_FEW", "Too few rows.")'));
    expect(refused).toEqual({ code: 3, out: "", err: "Too few rows.  [ROWS_TOO_FEW]\n" });
    const missing = script('await Promise.reject(new SiteError("IMAGE_NOT_FOUND", "No image."))');
    expect(await konsil("run", missing)).toMatchObject({ code: 4, err: "No image.  [IMAGE_NOT_FOUND]\n" });
    const defect = await konsil("run", script('throw new TypeError("a mistake of its own")'));
    expect(defect.code).toBe(1);
    expect(defect.err).toContain("study.mjs:2");
  });

  it("says in its own words what is wrong with an argument", async () => {
    const { code, err } = await konsil(
      "run",
      "kaplan-meier",
      "--sites",
      breastCancer,
      "--formula",
      "Surv(days, event) ~ 1",
      "confidenceLevel=95",
      "--quiet",
    );
    expect([code, err]).toEqual([
      2,
      'kaplan-meier: "confidenceLevel" must be below 1, not 95; did you mean 0.95?  [ARGUMENT_INVALID]\n',
    ]);
  });

  it("tells refusals by sites from wrong use by its exit code", async () => {
    const csv = file("a.csv", `days,event,group\n${"5,1,a\n".repeat(20)}`);
    const site = (name: string) => ({ name, databases: { default: { type: "csv", uri: csv } } });
    const sites = file("hospital.json", { sites: ["a", "b", "c"].map(site) });
    const refused = await konsil(
      "run",
      "log-rank",
      "--sites",
      sites,
      "--formula",
      "Surv(days, event) ~ group",
      "stratifyBySite=false",
      "--quiet",
    );
    expect(refused).toMatchObject({ code: 3, err: expect.stringContaining("EVENT_TIMES_NOT_PERMITTED") });
    const wrong = await konsil(
      "run",
      "kaplan-meier",
      "--sites",
      sites,
      "--formula",
      "Surv(dys, event) ~ 1",
      "--quiet",
    );
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean "days"?') });
  });

  it("checks a policy", async () => {
    const good = await konsil("policy", "check", file("policy.json", { minimumCell: 10 }));
    expect(JSON.parse(good.out)).toMatchObject({ minimumCell: 10, minimumRows: 10 });
    expect(await konsil("policy", "check", file("bad.json", { minimumCel: 10 }))).toMatchObject({
      code: 2,
      err: expect.stringContaining('"minimumCell"'),
    });
  });

  it("prints a policy that it can read again", async () => {
    const reason = "public data of a published study";
    const policies = [
      { minimumCell: 7, columns: { deny: ["name"] } },
      { eventTimes: "exact", reason },
    ];
    for (const policy of [...policies, { policy: "open", reason }]) {
      const { out } = await konsil("policy", "check", file("policy.json", policy));
      expect(await konsil("policy", "check", file("again.json", out))).toEqual({ code: 0, out, err: "" });
    }
  });

  it.each([
    ["policy", "check", breastCancer],
    ["explain", "coxph", "--policy", breastCancer],
    [
      "preview",
      "summary",
      "columns=age",
      "--sites",
      breastCancer,
      "--site",
      "oslo",
      "--policy",
      breastCancer,
    ],
  ])("tells a description of sites from a policy: %s", async (...args) => {
    expect(await konsil(...args)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/sites\.json: This describes sites\. .* \[POLICY_INVALID\]/),
    });
  });
});
