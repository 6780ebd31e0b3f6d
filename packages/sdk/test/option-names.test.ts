import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  boolean,
  category,
  checkOutput,
  connect,
  counts,
  cut,
  date,
  defineAlgorithm,
  defineStep,
  distribution,
  figureHtml,
  figureSvg,
  localFederation,
  maskedCounts,
  moments,
  numeric,
  type PrivateKey,
  parsePrivateKey,
  readPrivateKey,
  recode,
  type Server,
  sums,
  tableText,
  variable,
  viewHtml,
  viewText,
  writePrivateKey,
} from "@konsil/sdk";
import { checkLaws } from "@konsil/sdk/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mean } from "./mean.ts";
import { withServer } from "./vantage6/fake-server.ts";

/** Where what is never reached would be. */
const nothing = undefined as never;

const federation = await localFederation([
  { name: "north", rows: [{ age: 50 }, { age: 60 }], policy: "open", reason: "rows made up by a test" },
]);

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "konsil-options-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const key = { toPem: () => "unprotected" } as unknown as PrivateKey;

/** Whatever takes options: what it is called in messages, a misspelt option, the one that was meant, and the call. */
const calls: readonly (readonly [string, string, string, (options: object) => unknown])[] = [
  ["writePrivateKey()", "passPhrase", "passphrase", (o) => writePrivateKey(join(folder, "a.pem"), key, o)],
  ["readPrivateKey()", "passPhrase", "passphrase", (o) => readPrivateKey(join(folder, "a.pem"), o)],
  ["parsePrivateKey()", "pasphrase", "passphrase", (o) => parsePrivateKey("", o)],
  ["connect()", "passwort", "password", (o) => connect("https://v6.example.org", o as never)],
  ["localFederation()", "onDefects", "onDefect", (o) => localFederation([{ name: "a", rows: [] }], o)],
  ["data()", "colums", "columns", (o) => federation.data(o)],
  ["", "deadlin", "deadline", (o) => federation.run(mean, { column: "age" }, o)],
  ["", "deadlin", "deadline", (o) => federation.data({}).run(mean, { column: "age" } as never, o)],
  ["", "deadlin", "deadline", (o) => federation.describe(o)],
  ["", "deadlin", "deadline", (o) => federation.data({}).describe(o)],
  ["", "deadlin", "deadline", (o) => federation.data({}).ready(o)],
  ["", "deadlin", "deadline", (o) => federation.attach(1, o)],
  ["checkOutput()", "ending", "endings", (o) => checkOutput(join(folder, "a.txt"), o)],
  ["checkLaws()", "argument", "arguments", (o) => checkLaws(mean, o as never)],
  ["tableText()", "color", "colour", (o) => tableText(nothing, o)],
  ["viewText()", "color", "colour", (o) => viewText(nothing, o)],
  ["figureHtml()", "captoin", "caption", (o) => figureHtml(nothing, o)],
  ["viewHtml()", "levels", "level", (o) => viewHtml(nothing, o)],
  ["figureSvg()", "with", "width", (o) => figureSvg(nothing, o)],
  ["cut()", "labls", "labels", (o) => cut("age", [50], o)],
  ["recode()", "other", "others", (o) => recode("stage", {}, o as never)],
  ["numeric()", "mising", "missing", (o) => numeric("age", o)],
  ["category()", "level", "levels", (o) => category("stage", o)],
  ["boolean()", "mising", "missing", (o) => boolean("dead", o)],
  ["date()", "mising", "missing", (o) => date("start", o)],
  ["variable()", "mising", "missing", (o) => variable("age", o)],
  ["counts()", "smal", "small", (o) => counts(["arm"], o)],
  ["maskedCounts()", "ofsome", "ofSome", (o) => maskedCounts(["arm"], o)],
  ["sums()", "peple", "people", (o) => sums(["arm"], o as never)],
  ["moments()", "sum", "sums", (o) => moments(["arm"], o as never)],
  ["distribution()", "stream", "streams", (o) => distribution(o as never)],
  ["defineStep()", "parametres", "parameters", (o) => defineStep(o as never)],
  ["defineAlgorithm()", "argument", "arguments", (o) => defineAlgorithm(o as never)],
  ["methods()", "site", "sites", async (o) => (await federation.run(mean, { column: "age" })).methods(o)],
];

/** Declarations of columns without a name, which take none, and where types do not reach could be given some. */
const plain: readonly (readonly [string, (...options: never[]) => unknown])[] = [
  ["category(levels)", (category as (levels: readonly string[]) => unknown).bind(null, ["a"])],
  ["boolean()", (boolean as (name?: string) => unknown).bind(null, undefined)],
  ["date()", (date as (name?: string) => unknown).bind(null, undefined)],
];

/** The same of a server. */
const questions: readonly (readonly [
  string,
  string,
  string,
  (server: Server, options: object) => unknown,
])[] = [
  ["results.wait()", "deadlin", "deadline", (s, o) => s.results.wait(1, o)],
  ["tasks.create()", "onProgres", "onProgress", (s, o) => s.tasks.create(nothing, o)],
  ["delete()", "dependants", "dependents", (s, o) => s.tasks.delete(1, o)],
  ["stores.open()", "serverAdress", "serverAddress", (s, o) => s.stores.open(1, o)],
  ["server.federation()", "colaboration", "collaboration", (s, o) => s.federation(o as never)],
  ["an account", "user", "username", (s, o) => s.account.resetPassword(o)],
  ["organizations", "names", "name", (s, o) => s.organizations.list(o).all()],
  ["collaborations", "organisation", "organization", (s, o) => s.collaborations.list(o).all()],
  ["studys", "colaboration", "collaboration", (s, o) => s.studies.list(o).first()],
  ["nodes", "statuss", "status", (s, o) => s.nodes.list(o).all()],
  ["users", "user", "username", (s, o) => s.users.list(o).all()],
  ["roles", "includeDefaults", "includeDefault", (s, o) => s.roles.list(o).all()],
  ["rules", "operations", "operation", (s, o) => s.rules.list(o).all()],
  ["tasks", "parents", "parent", (s, o) => s.tasks.list(o).all()],
  ["runs", "tasks", "task", (s, o) => s.runs.list(o).all()],
  ["results", "tasks", "task", (s, o) => s.results.list(o).all()],
  ["stores", "urls", "url", (s, o) => s.stores.list(o).all()],
];

/** What a call comes to, whether it throws or rejects. */
async function errorOf(call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return error;
  }
}

describe("an option that does not exist is refused, and the one that was meant is named, by", () => {
  const refusal = (call: string, wrong: string, meant: string): object => ({
    code: "ARGUMENT_UNKNOWN",
    message: expect.toSatisfy(
      (message: string) =>
        message.includes(call) &&
        message.includes(`"${wrong}"`) &&
        message.includes(`Did you mean "${meant}"?`),
    ),
  });

  it.each(calls)("%s: %s for %s", async (call, wrong, meant, made) => {
    expect(await errorOf(() => made({ [wrong]: "x" }))).toMatchObject(refusal(call, wrong, meant));
  });

  it.each(questions)("%s: %s for %s", async (call, wrong, meant, asked) => {
    await withServer(
      () => undefined,
      async (client, server) => {
        const before = server.asked.length;
        expect(await errorOf(() => asked(client, { [wrong]: "x" }))).toMatchObject(
          refusal(call, wrong, meant),
        );
        expect(server.asked).toHaveLength(before);
      },
    );
  });

  it.each(plain)("%s, which has none", (call, made) => {
    for (const [given, code] of [
      [{ ordred: true }, "ARGUMENT_UNKNOWN"],
      ["ordred", "ARGUMENT_INVALID"],
    ])
      expect(() => made(given as never)).toThrow(
        expect.objectContaining({ code, message: expect.stringContaining(`${call} `) }),
      );
    expect(made()).toBeTruthy();
  });

  it("a cut that is given its labels as a list", () => {
    expect(() => cut("age", [50], ["young", "old"] as never)).toThrow(
      "cut() takes its options as an object: { labels: … }.",
    );
  });

  it("a key, of which nothing was written then", async () => {
    const path = join(folder, "unwritten.pem");
    for (const options of [{ passPhrase: "x" }, { passphrase: 1 }, { passphrase: null }, null, "x"])
      expect(await errorOf(() => writePrivateKey(path, key, options as object))).toMatchObject({
        name: "ArgumentError",
      });
    expect(await readdir(folder)).toEqual([]);
  });

  it("the methods of a paper, which would name sites otherwise", async () => {
    const result = await federation.run(mean, { column: "age" });
    expect(result.methods({ sites: "number" })).not.toContain("north");
    expect(await errorOf(() => result.methods({ sites: "numbers" as never }))).toMatchObject({
      code: "ARGUMENT_INVALID",
    });
  });
});
