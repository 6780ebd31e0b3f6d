import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { algorithmNamed } from "../src/cli/algorithms-command.ts";
import { filterOf } from "../src/cli/filter.ts";
import { questionOf, questionOptions } from "../src/cli/given-arguments.ts";
import { readOptions } from "../src/cli/options.ts";
import { Desk, data } from "./command.ts";

const desk = new Desk();
afterAll(() => desk.clear());

const sites = join(data, "sites.json");
const text = { type: "string" } as const;
const formula = "Surv(days, event) ~ age";
const ask = (...args: string[]) => desk.konsil("run", ...args, "--sites", sites);
const one = (database: object) => ({ sites: [{ name: "oslo", databases: { default: database } }] });

/** What a mistake is answered with: an exit code, words and a code, and no trace. */
async function isTold(
  answer: Promise<{ code: number; out: string; err: string }>,
  code: number,
  ...words: readonly string[]
): Promise<string> {
  const { code: exit, out, err } = await answer;
  for (const said of words) expect(err).toContain(said);
  expect([exit, out]).toEqual([code, ""]);
  expect(err).toMatch(/ {2}\[[A-Z_]+\]$/m);
  expect(err).not.toMatch(/^ +at |node:/m);
  return err;
}

describe("an algorithm by the name that it has elsewhere", { timeout: 120_000 }, () => {
  it.each([
    ["cox", 'Did you mean "coxph"?'],
    ["km", 'Did you mean "kaplan-meier"?'],
    ["survfit", 'Did you mean "kaplan-meier"?'],
    ["logistic", 'Did you mean "glm", with family=binomial?'],
    ["lm", 'Did you mean "glm"?'],
    ["linear", 'Did you mean "glm"?'],
    ["poisson", 'Did you mean "glm", with family=poisson?'],
    ["table1", 'Did you mean "table-one"?'],
    ["chisq.test", 'Did you mean "crosstab"?'],
    ["table", 'Did you mean "crosstab"?'],
    ["logrank", 'Did you mean "log-rank"?'],
    ["survdiff", 'Did you mean "log-rank"?'],
    ["coxhp", 'Did you mean "coxph"?'],
    ["study.R", "A script ends in .ts,"],
    ["describe", "It is a command of its own: konsil describe --sites"],
  ])("%s", (name, words) => {
    const said = new RegExp(`^There is no algorithm "${name}". ${words}.* coxph, crosstab,`);
    expect(() => algorithmNamed("run", name)).toThrow(said);
  });

  it("is suggested by the command, with its exit code", async () => {
    await isTold(desk.konsil("explain", "cox"), 2, 'Did you mean "coxph"?', "See: konsil explain --help");
    await isTold(desk.konsil("coxph"), 2, "It is an algorithm: konsil run coxph --sites");
  });
});

describe("an ordinary mistake is told with what to do", { timeout: 120_000 }, () => {
  it("where something is given twice, since one of the two would be lost", async () => {
    await isTold(ask("coxph", "--formula", formula, "--formula", formula), 2, "--formula is given twice.");
    const asked = (options: object, ...pairs: string[]) =>
      questionOf("run", algorithmNamed("run", "coxph"), { ...options }, pairs);
    await expect(asked({}, "ties=efron", "ties=breslow")).rejects.toThrow('"ties" is given twice.');
    await expect(asked({ formula }, "formula=x")).rejects.toThrow(
      '"formula" is given twice: as --formula and as key=value.',
    );
    await expect(asked({ arguments: '{ "ties": "efron" }' }, "ties=breslow")).rejects.toThrow(
      '"ties" is given twice: in --arguments and as key=value.',
    );
    expect(await asked({ arguments: '{ "ties": "efron" }', formula }, "confidenceLevel=0.9")).toMatchObject({
      arguments: { ties: "efron", formula, confidenceLevel: 0.9 },
    });
  });

  it.each([
    ["age = 50", "Did you mean age == 50?"],
    ["menopause = 'post'", "Did you mean menopause == 'post'?"],
    ["age => 50", "Did you mean age >= 50?"],
    ["age >= 50 and grade <> 3", "Did you mean grade != 3?"],
    ["grade %in% c(2,3)", 'Did you mean grade in ["2", "3"]?'],
    ["grade in (2, 3)", 'Did you mean grade in ["2", "3"]?'],
    ["", "is empty. Comparisons are such as age >= 50"],
    ["age", "is not a comparison. Comparisons are such as age >= 50"],
  ])("where rows are chosen by %j", (where, words) => {
    expect(() => filterOf(where)).toThrow(words);
  });

  it.each<[readonly string[], string]>([
    [[formula], `A formula is given as --formula "${formula}".`],
    [["columns", "=", "age"], "is not key=value. An argument is written without spaces: columns=…"],
    [["more.json"], "as --sites more.json"],
    [["columns=[age,grade]"], "A list may be written without brackets: columns=age,grade"],
    [['levels={grade:["1"]}'], "Names and text stand in double quotes"],
    [["--columns", "age"], "An argument of the algorithm is written without dashes: columns=…"],
    [["--ties", "efron"], "An argument of the algorithm is written without dashes: ties=…"],
    [["--out", "x.json"], 'There is no option --out. Did you mean "--output"?'],
    [["--output-file", "x.json"], 'Did you mean "--output"?'],
    [["-o", "x.json"], "There is no option -o."],
    [["--formula"], "--formula needs a value."],
    [["--quiet=yes"], "--quiet takes no value."],
  ])("where the words are %j", async (words, said) => {
    const read = async () => {
      const options = { ...questionOptions, sites: text, output: text, quiet: { type: "boolean" } } as const;
      const { values, positionals } = readOptions("run", words, options);
      return await questionOf("run", algorithmNamed("run", "summary"), values, positionals);
    };
    await expect(read()).rejects.toThrow(said);
  });

  it("where words would be passed over", async () => {
    await isTold(desk.konsil("describe", "sites.json"), 2, "Sites are given as --sites sites.json.");
    await isTold(desk.konsil("algorithms", "coxph", "glm"), 2, 'has no use for "glm"');
    await isTold(desk.konsil("demo", "folder"), 2, "--output FOLDER");
  });

  it("where a file of settings is no JSON, or names what there is not", async () => {
    const csv = { type: "csv", uri: "none.csv" };
    const described = (name: string, content: unknown) =>
      desk.konsil("describe", "--sites", desk.file(name, content));
    await isTold(described("comma.json", '{\n "sites": [\n  1,\n ]\n}'), 2, "Line 3: leave out the comma");
    await isTold(described("data.csv", "days,event\n1,0\n"), 2, 'does not begin with "{"');
    await isTold(described("type.json", one({ ...csv, type: "cvs" })), 2, 'Did you mean "csv"?');
    await isTold(described("none.json", one(csv)), 1, "does not exist. Check the path.");
    const [good, bad] = [desk.file("good.json", {}), desk.file("bad.json", { eventTimes: "exact" })];
    await isTold(desk.konsil("policy", "diff", good, bad), 2, "bad.json: The policy", 'Add a "reason"');
  });

  it("where a level is a number, or a column is in another case", async () => {
    const levels = ask("coxph", "--formula", "Surv(days, event) ~ grade", 'levels={"grade":[1,2]}');
    await isTold(levels, 2, '"levels.grade[0]" must be text, not 1; write it in quotes: "1"');
    await isTold(ask("coxph", "--formula", "Surv(days, event) ~ Age"), 2, 'Did you mean "age"?');
  });

  it("where a column is unknown, and with no warning that its levels were not looked at", async () => {
    const said = await isTold(
      ask("kaplan-meier", "--formula", "Surv(days, event) ~ 1", "--where", 'menopaus == "post"'),
      2,
      'Column "menopaus" is not at any of the 11 sites. Did you mean "menopause"?',
    );
    expect(said).not.toContain("warning");
  });

  it("where an event is coded 1 and 2, as in R's lung, and where it is a category", async () => {
    const rows = Array.from(
      { length: 60 },
      (_, i) => `${100 + i},${1 + (i % 2)},${i % 2 ? "dead" : "alive"}`,
    );
    const uri = desk.file("lung.csv", `time,status,state\n${rows.join("\n")}\n`);
    const described = ["a", "b", "c"].map((name) => ({ name, databases: { default: { type: "csv", uri } } }));
    const lung = ["--sites", desk.file("lung.json", { sites: described }), "--quiet"];
    const survival = (text: string) => desk.konsil("run", "kaplan-meier", ...lung, "--formula", text);
    const coded = await isTold(
      survival("Surv(time, status) ~ 1"),
      1,
      "write a comparison, as in Surv(time, status == 2)",
    );
    expect(coded).toContain("holds numbers other than 0 and 1");
    expect((await survival("Surv(time, status == 2) ~ 1")).code).toBe(0);
    const category = survival("Surv(time, state) ~ 1");
    await isTold(category, 2, "is a category, and a yes/no column is wanted: true and false, or 1 and 0.");
  });

  it("where a column is of two types, which the description of the sites can make one", async () => {
    const rows = (...grades: readonly string[]) =>
      Array.from({ length: 90 }, (_, i) => `${20 + (i % 60)},${grades[i % grades.length]}`).join("\n");
    desk.file("numbers.csv", `age,grade\n${rows("1", "2")}\n`);
    desk.file("text.csv", `age,grade\n${rows("1", "2", "unknown")}\n`);
    const described = (types: object) =>
      ["numbers", "text", "text", "text"].map((held, i) => ({
        name: "abcd"[i],
        databases: { default: { type: "csv", uri: `${held}.csv`, ...types } },
      }));
    const run = (name: string, types: object) =>
      desk.konsil(
        "run",
        "summary",
        "columns=grade",
        "--quiet",
        "--sites",
        desk.file(name, { sites: described(types) }),
      );
    await isTold(
      run("two.json", {}),
      1,
      'in the description of the sites: "types": { "grade": "category" }.',
    );
    const { code, out } = await run("one.json", { types: { grade: "category" } });
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining("unknown") });
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === "win32")(
    "where a folder is there and may not be written to, before anything is computed",
    async () => {
      const folder = join(desk.folder, "read-only");
      mkdirSync(folder);
      chmodSync(folder, 0o555);
      const said = await isTold(
        desk.konsil("demo", "--output", folder),
        2,
        "you may not write in the folder",
      );
      expect(said).not.toContain("round");
    },
  );
});
