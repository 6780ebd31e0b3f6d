import { appendFile } from "node:fs/promises";
import { dirname } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { failure, readPlain, typesOf } from "../../test/plain-frame.ts";
import { temporaryFile } from "../../test/temporary-folder.ts";
import { type CsvOptions, csvSource } from "./csv-source.ts";

const csv = async (content: string | Uint8Array, options?: CsvOptions) =>
  csvSource(await temporaryFile("patients.csv", content), options);

const days = (date: string): number => Date.parse(date) / 86_400_000;

describe("types", () => {
  test("are read off the values", async () => {
    const source = await csv(
      "age,sex,dead,seen,at\n51,f,true,2024-02-29,2024-02-29T23:59:59\n62.5,m,FALSE,1969-12-31,2024-03-01 00:00:00\n",
    );
    expect(await typesOf(source)).toEqual({
      age: "numeric",
      sex: "category",
      dead: "boolean",
      seen: "date",
      at: "date",
    });
    expect(await readPlain(source, "age", "sex", "dead", "seen", "at")).toEqual({
      rows: 2,
      age: [51, 62.5],
      sex: ["f", "m"],
      dead: [1, 0],
      seen: [days("2024-02-29"), -1],
      at: [days("2024-02-29"), days("2024-03-01")],
    });
  });

  test("of a column with text after 60,000 numbers is text, for all its rows", async () => {
    const numbers = Array.from({ length: 60_000 }, (_, i) => `${i},${i}`);
    const source = await csv(`id,grade\n${numbers.join("\n")}\n60000,unknown\n`);
    expect(await typesOf(source)).toEqual({ id: "numeric", grade: "category" });
    const { columns } = await source.read(["grade"]);
    const grade = columns.get("grade");
    if (grade?.type !== "category") throw new Error("not a category");
    expect(grade.levels[grade.codes[60_000] as number]).toBe("unknown");
    expect(grade.levels[grade.codes[31_415] as number]).toBe("31415");
  });

  test("of a column that is missing for 60,000 rows are those of the rest", async () => {
    const missing = Array.from({ length: 60_000 }, (_, i) => `${i},,,`);
    const source = await csv(
      `id,dose,seen,whole\n${missing.join("\n")}\n60000,1.5,2024-01-01,2\n60001,2,2024-01-02,2.5\n`,
    );
    expect(await typesOf(source)).toEqual({ id: "numeric", dose: "numeric", seen: "date", whole: "numeric" });
    const { columns } = await source.read(["whole"]);
    const { values } = columns.get("whole") as { values: Float64Array };
    expect(values.slice(60_000)).toEqual(Float64Array.of(2, 2.5));
  });

  test("of whole numbers with a late fraction keep the fraction", async () => {
    const whole = Array.from({ length: 60_000 }, (_, i) => String(i));
    const source = await csv(`dose\n${whole.join("\n")}\n1.6\n`);
    const { columns } = await source.read(["dose"]);
    expect((columns.get("dose") as { values: Float64Array }).values[60_000]).toBe(1.6);
  });

  test("of numbers with blanks or a plus are numbers, and of codes that a computer would read as numbers are not", async () => {
    const source = await csv("a,b,c,d\n 5,1_000,0x1f,+5\n6.5 ,2_000,0x20,-.5e1\n");
    expect(await typesOf(source)).toEqual({ a: "numeric", b: "category", c: "category", d: "numeric" });
    expect(await readPlain(source, "a", "d")).toEqual({ rows: 2, a: [5, 6.5], d: [5, -5] });
  });

  test("of a late code that a computer would read as a number are not numbers", async () => {
    const whole = Array.from({ length: 60_000 }, (_, i) => `${i},${i},2024-01-01`);
    for (const [late, type] of [
      ["1_000", "category"],
      [" 7", "numeric"],
      ["7d", "category"],
    ]) {
      const source = await csv(`id,dose,seen\n${whole.join("\n")}\n1,${late},2024-01-01T10:00\n`);
      expect(await typesOf(source)).toEqual({ id: "numeric", dose: type, seen: "date" });
      const { columns } = await source.read(["dose", "seen"]);
      const dose = columns.get("dose");
      if (dose?.type === "numeric") expect(dose.values[60_000]).toBe(7);
      expect((columns.get("seen") as { values: Float64Array }).values[60_000]).toBe(days("2024-01-01"));
    }
  });

  test("yes and no, and dates that could be read in two ways, stay text", async () => {
    const source = await csv("hormon,seen\nyes,01/02/2024\nno,03/04/2024\n");
    expect(await typesOf(source)).toEqual({ hormon: "category", seen: "category" });
  });

  test("can be given, and a column that is missing throughout can be a number", async () => {
    const source = await csv("code,dead,dose,seen\n007,1,,2024-01-02\n010,no,,\n", {
      types: { code: "category", dead: "boolean", dose: "numeric", seen: "date" },
    });
    expect(await readPlain(source, "code", "dead", "dose", "seen")).toEqual({
      rows: 2,
      code: ["007", "010"],
      dead: [1, 0],
      dose: [null, null],
      seen: [days("2024-01-02"), null],
    });
  });

  test.each([
    ["numeric", "secret"],
    ["boolean", "secret"],
    ["date", "31.12.2024"],
    ["date", "2024-02-30"],
  ] as const)("%s that %s does not fit is an error that names the column only", async (type, value) => {
    const path = await temporaryFile("patients.csv", `age,x\n1,${value}\n`);
    const error = await failure(() => csvSource(path, { types: { x: type } }).read(["x"]));
    expect(error).toMatchObject({ name: "DataError", code: "DATA_INVALID" });
    expect(error.message).toContain('"x"');
    expect(error.message).not.toContain(value);
    if (type === "date") expect(error.message).toContain("is not a date; dates are written YYYY-MM-DD.");
    expect(error.message).not.toContain(dirname(path));
  });

  test("given for a column that does not exist are an error", async () => {
    const error = await failure(async () => (await csv("a\n1\n", { types: { b: "date" } })).describe());
    expect(error).toMatchObject({ code: "DATA_UNREADABLE" });
    expect(error.message).toContain('"b"');
  });
});

describe("notes for the owner", () => {
  const notes = async (text: string, options: CsvOptions = {}) => (await csv(text, options)).notes?.();
  const ages = (wrong: Readonly<Record<number, string>>) =>
    `age,sex\n${Array.from({ length: 40 }, (_, i) => `${wrong[i] ?? 40 + i},${"mf"[i % 2]}\n`).join("")}`;

  test("name the rows that keep a column from being numbers, and no value", async () => {
    expect(await notes(ages({}))).toEqual([]);
    expect(await notes(ages({ 5: "SECRET" }))).toEqual([
      'Column "age" is read as text, since row 7 (the header is row 1) holds no number, as its 39 other values do. Mend them, name what stands there as missing, or, if it is meant as text, give the column the type "category".',
    ]);
    expect(await notes(ages({ 5: "x", 6: "x", 7: "y", 30: "z", 31: "z" }))).toEqual([
      expect.stringContaining("since rows 7, 8, 9 and 2 more (the header is row 1) hold no number"),
    ]);
  });

  test("are of the whole file, and of none of its text", async () => {
    const many = Array.from({ length: 3000 }, (_, i) => (i === 2900 ? "?" : i)).join("\n");
    expect(await notes(`n\n${many}\n`)).toEqual([expect.stringContaining("row 2902 ")]);
    expect(await notes(ages({ 5: "x" }), { types: { age: "category" } })).toEqual([]);
    expect(await notes(ages({ 5: "x" }), { missing: ["x"] })).toEqual([]);
  });

  const visits = (wrong: string) =>
    `seen\n${Array.from({ length: 399 }, (_, i) => (i === 198 ? wrong : `2015-02-${String((i % 28) + 1).padStart(2, "0")}`)).join("\n")}\n`;

  test("name the rows that keep a column from being dates, and no value", async () => {
    expect(await notes(visits("2015-02-13T10:00"))).toEqual([]);
    expect(await notes(visits("13/02/2015"))).toEqual([
      'Column "seen" is read as text, since row 200 (the header is row 1) holds no date (YYYY-MM-DD), as its 398 other values do. Mend them, name what stands there as missing, or, if it is meant as text, give the column the type "category".',
    ]);
    // Where all are written otherwise they are text, as is said in docs/reference/data-sources.md.
    expect(await notes("seen\n13/02/2015\n14/02/2015\n")).toEqual([]);
  });

  test("name the rows that do not fit a type that was given, and no value", async () => {
    expect(await notes(visits("13/02/2015"), { types: { seen: "date" } })).toEqual([
      'Column "seen" is described as of type "date", and row 200 (the header is row 1) holds no date (YYYY-MM-DD). Mend them, or name what stands there as missing.',
    ]);
    expect(await notes(visits(""), { types: { seen: "date" } })).toEqual([]);
    const rows = "n,b\n1,yes\nx,no\n-inf,maybe\n,\n4,1\n";
    expect(await notes(rows, { types: { n: "numeric", b: "boolean" } })).toEqual([
      expect.stringMatching(/^Column "n" .* and rows 3 and 4 \(the header is row 1\) hold no number\. /),
      expect.stringMatching(
        /^Column "b" .* and row 4 \(the header is row 1\) holds neither true nor false\. /,
      ),
    ]);
    expect(await notes("a;n\n1;1,5\n2;x\n", { types: { n: "numeric" }, decimal: "," })).toEqual([
      expect.stringContaining("row 3 "),
    ]);
  });

  test("say that decimals have another mark", async () => {
    expect(await notes("a;b\n1,5;1\n2,5;2\n3;3\n")).toEqual([
      expect.stringContaining('since its decimals stand behind a ",". If they are numbers, describe'),
    ]);
    expect(await notes("a;b\n1,5;1\n2,5;2\n3;3\n", { decimal: "," })).toEqual([]);
  });
});

describe("decimals", () => {
  test("have commas where that is said, and then no point", async () => {
    const text = "age;code;mixed\n12,5;1.5;1\n-3;2;2.5\n1e2;3;x\n";
    const source = await csv(text, { decimal: "," });
    expect(await source.describe()).toEqual([
      { name: "age", type: "numeric" },
      { name: "code", type: "category" },
      { name: "mixed", type: "category" },
    ]);
    expect(await readPlain(source, "age")).toEqual({ rows: 3, age: [12.5, -3, 100] });
    expect(
      await readPlain(await csv(text, { decimal: ",", types: { age: "numeric" } }), "age"),
    ).toMatchObject({
      age: [12.5, -3, 100],
    });
    expect(await (await csv(text)).describe()).toMatchObject([{ type: "category" }, { type: "numeric" }, {}]);
  });
});

describe("cells", () => {
  test("that are empty or NA are missing, quoted or not", async () => {
    const source = await csv('age,sex,dead\n1,,true\nNA,"",NA\n"",NA,\n"3",f,false\n');
    expect(await readPlain(source, "age", "sex", "dead")).toEqual({
      rows: 4,
      age: [1, null, null, 3],
      sex: [null, null, null, "f"],
      dead: [1, null, null, 0],
    });
  });

  test("are missing by other words when it is said so", async () => {
    const source = await csv("age,sex\n1,NA\n.,f\n", { missing: ["", "."] });
    expect(await readPlain(source, "age", "sex")).toEqual({ rows: 2, age: [1, null], sex: ["NA", "f"] });
  });

  test("hold quotes, delimiters, line breaks and any letters", async () => {
    const source = await csv(
      '"na\u00efve, ""x""",b\r\n"l\u00f8r\u0065\u0301, ""q""\n2",1\r\n\u{1f600},2\r\n# no comment,3\r\n',
    );
    expect(await readPlain(source, 'na\u00efve, "x"', "b")).toEqual({
      rows: 3,
      'na\u00efve, "x"': ['l\u00f8r\u0065\u0301, "q"\n2', "\u{1f600}", "# no comment"],
      b: [1, 2, 3],
    });
  });

  test.each([[";"], ["\t"], ["|"]])("are separated by %j when the header is", async (delimiter) => {
    const source = await csv(`a${delimiter}"b,c,d,e"\n1${delimiter}x\n`);
    expect(await readPlain(source, "a", "b,c,d,e")).toEqual({ rows: 1, a: [1], "b,c,d,e": ["x"] });
  });

  test("of a file with a byte order mark, or compressed, are the same", async () => {
    const expected = { rows: 1, age: [50] };
    expect(await readPlain(await csv("\uFEFFage,b\n50,1\n"), "age")).toEqual(expected);
    const packed = csvSource(await temporaryFile("patients.csv.gz", gzipSync("age,b\n50,1\n")));
    expect(await readPlain(packed, "age")).toEqual(expected);
  });

  test("keep the order of rows, whichever columns are read", async () => {
    const rows = Array.from({ length: 50_000 }, (_, i) => `${i},${i % 7 === 0 ? "" : `s${i % 5}`}`);
    const source = await csv(`id,group\n${rows.join("\n")}\n`);
    const id = (await source.read(["id"])).columns.get("id");
    const group = (await source.read(["group"])).columns.get("group");
    if (id?.type !== "numeric" || group?.type !== "category") throw new Error("wrong types");
    expect(id.values.every((value, i) => value === i)).toBe(true);
    expect(group.levels).toEqual(["s0", "s1", "s2", "s3", "s4"]);
    expect(group.codes.every((code, i) => code === (i % 7 === 0 ? -1 : i % 5))).toBe(true);
  });

  test("that are infinite, or have digits that would be lost, are an error", async () => {
    for (const value of ["inf", "-Infinity", "9007199254740993", "12345678901234567890"]) {
      const error = await failure(async () => (await csv(`id\n1\n${value}\n`)).read(["id"]));
      expect(error).toMatchObject({ name: "DataError", code: "DATA_INVALID" });
      expect(error.message).not.toContain(value);
    }
    const source = await csv("id\n9007199254740993\n", { types: { id: "category" } });
    expect(await readPlain(source, "id")).toEqual({ rows: 1, id: ["9007199254740993"] });
  });
});

describe("columns", () => {
  test("whose names differ in case are two; one without a name is not offered", async () => {
    const source = await csv('"",age,Age\n1,2,3\n');
    expect(await readPlain(source, "age", "Age")).toEqual({ rows: 1, age: [2], Age: [3] });
    expect(await typesOf(source)).toEqual({ age: "numeric", Age: "numeric" });
  });

  test("that do not exist are an error", async () => {
    const error = await failure(async () => (await csv("a\n1\n")).read(["b"]));
    expect(error).toMatchObject({ code: "COLUMN_UNKNOWN" });
  });

  test("are read by several at once", async () => {
    const source = await csv("a,b\n1,x\n2,\n");
    const all = await Promise.all(["a", "b", "a", "b"].map((name) => readPlain(source, name)));
    expect(all.slice(0, 2)).toEqual([
      { rows: 2, a: [1, 2] },
      { rows: 2, b: ["x", null] },
    ]);
    expect(all.slice(2)).toEqual(all.slice(0, 2));
  });

  test("with dates that are partly missing or partly without a time are dates", async () => {
    const source = await csv(
      "seen,dead\n2024-01-01T10:00:00+02:00,\n,true\n1970-01-01,\n1970-01-02 23:59:59.999Z,\n",
    );
    expect(await typesOf(source)).toEqual({ seen: "date", dead: "boolean" });
    expect(await readPlain(source, "seen", "dead")).toEqual({
      rows: 4,
      seen: [days("2024-01-01"), null, 0, 1],
      dead: [null, 1, null, null],
    });
  });

  test("need not be read to count rows", async () => {
    expect(await readPlain(await csv("a\n1\n2\n"))).toEqual({ rows: 2 });
  });

  test("are those of the file as it is now", async () => {
    const path = await temporaryFile("patients.csv", "a\n1\n");
    const source = csvSource(path);
    expect(await typesOf(source)).toEqual({ a: "numeric" });
    await appendFile(path, "x\n");
    expect(await typesOf(source)).toEqual({ a: "category" });
    expect(await readPlain(source, "a")).toEqual({ rows: 2, a: ["1", "x"] });
  });
});

describe("a file", () => {
  test("may end with empty lines", async () => {
    expect(await readPlain(await csv("a,b\n1,2\n\n\n"), "a")).toEqual({ rows: 1, a: [1] });
  });

  test("with a header only has no rows", async () => {
    expect(await readPlain(await csv("a,b\n"), "a")).toEqual({ rows: 0, a: [] });
  });

  test.each([
    ["that is empty", "", /first line is empty/, /, line 1$/],
    ["of blanks", "  \n", /first line is empty/, /, line 1$/],
    ["with a row that is too short", "a,b\n1,2\nSECRET\n", /fewer cells/, /, line 3: 1 cell, .* has 2$/],
    ["with a row that is too long", "a,b\n1,2\n1,SECRET,3\n", /more or/, /, line 3: 3 cells, .* has 2$/],
    ["that is not UTF-8", Buffer.from("a,b\n1,SECRET\xe9\n", "latin1"), /not UTF-8/, /\.csv$/],
    ["with a name twice", "SECRET,b,SECRET\n1,2,3\n", /Columns 1 and 3/, /, line 1$/],
    ["with a quote that does not end", 'a,b\n1,"SECRET\n', /begins with a quote/, /, line 2$/],
  ])("%s is an error without path or value, whose cause says where", async (_what, content, words, where) => {
    const path = await temporaryFile("patients.csv", content);
    const error = await failure(() => csvSource(path, { label: "registry" }).read(["a"]));
    expect(error).toMatchObject({ name: "DataError", code: "DATA_UNREADABLE" });
    expect(error.message).toContain('"registry"');
    expect(error.message).toMatch(words);
    expect(error.message).not.toMatch(/SECRET|patients|konsil site|Error:/);
    const { message } = error.cause as Error;
    expect(message.startsWith(path)).toBe(true);
    expect(message).toMatch(where);
    expect(message).not.toContain("SECRET");
  });

  test("that does not exist is an error without its path", async () => {
    const error = await failure(() => csvSource("/secret/patients.csv").describe());
    expect(error).toMatchObject({ name: "DataError", code: "DATA_UNREADABLE" });
    expect(error.message).not.toMatch(/secret|ENOENT/);
    expect(error.message).toContain("does not exist");
    expect(error.cause).toMatchObject({ message: "/secret/patients.csv" });
  });

  test("that is a folder is called one", async () => {
    const error = await failure(() => csvSource(".").describe());
    expect(error.message).toContain("is a folder");
  });

  test("that is cut off within its compression is called that", async () => {
    const path = await temporaryFile("patients.csv.gz", "a,b\n1,2\n");
    const error = await failure(() => csvSource(path).describe());
    expect(error.message).toContain("not a whole gzip file");
  });

  test("is never one of elsewhere", async () => {
    const error = await failure(() => csvSource("https://example.org/patients.csv").describe());
    expect(error).toMatchObject({ code: "DATA_UNREADABLE" });
  });
});
