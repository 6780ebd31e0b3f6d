import { describe, expect, it } from "vitest";
import { z } from "zod";
import { checkOptions } from "../engine/options.ts";
import { parsePolicy } from "../policy/index.ts";
import { parseArguments } from "../step/index.ts";
import { placeOf, readAs } from "./problems.ts";

const schema = z.strictObject({
  level: z.number().gt(0).lt(1).optional(),
  share: z.number().gt(0).max(1).optional(),
  count: z.int().min(2).optional(),
  ties: z.enum(["efron", "breslow"]).optional(),
  names: z.array(z.string().min(1)).min(1).max(2).optional(),
  code: z.string().min(3).max(4).optional(),
  group: z.union([z.string().min(1), z.array(z.string())]).optional(),
  times: z.array(z.number().min(0)).optional(),
  levels: z.record(z.string(), z.array(z.string())).optional(),
  type: z.discriminatedUnion("type", [z.strictObject({ type: z.literal("csv") })]).optional(),
  rare: z.union([z.enum(["error", "exclude"]), z.strictObject({ merge: z.string() })]).optional(),
  exact: z.boolean().optional(),
  own: z
    .string()
    .refine((text) => text === "", "says something of its own")
    .optional(),
  mystery: z
    .string()
    .refine((text) => text === "")
    .optional(),
  form: z.string().regex(/^a/).optional(),
});

describe("what a schema finds", () => {
  it.each<[object, string]>([
    [{ level: 95 }, "level must be below 1, not 95; did you mean 0.95?"],
    [{ level: 99.9 }, "level must be below 1, not 99.9; did you mean 0.999?"],
    [{ level: 950 }, "level must be below 1, not 950"],
    [{ level: 0 }, "level must be above 0, not 0"],
    [{ level: Number.NaN }, "level must be a finite number, not NaN"],
    [{ level: "0.95" }, "level must be a finite number, not text; leave out the quotes"],
    [{ share: 33 }, "share must be at most 1, not 33; did you mean 0.33?"],
    [{ count: 1.5 }, "count must be a whole number, not 1.5"],
    [{ count: 1 }, "count must be at least 2, not 1"],
    [{ ties: "efrom" }, 'ties must be one of "efron", "breslow"; did you mean "efron"?'],
    [{ ties: 1 }, 'ties must be one of "efron", "breslow"'],
    [{ names: [] }, "names must not be empty"],
    [{ names: ["a", "b", "c"] }, "names must have at most 2 entries"],
    [{ names: "age" }, "names must be a list, not text; write it in brackets"],
    [{ times: 365 }, "times must be a list, not 365; write it in brackets: [365]"],
    [{ exact: "true" }, "exact must be true or false, not text; leave out the quotes"],
    [
      { rare: "exlude" },
      'rare must be one of "error", "exclude" or an object with "merge"; did you mean "exclude"?',
    ],
    [{ rare: { merge: "x", merg: "y" } }, 'rare has "merg", which does not exist; did you mean "merge"?'],
    [{ names: ["a", ""] }, "names[1] must not be empty"],
    [{ code: "ab" }, "code must have at least 3 characters"],
    [{ group: 3 }, "group must be text or a list"],
    [{ group: [1] }, "group[0] must be text, not 1"],
    [{ times: [1, -2] }, "times[1] must be at least 0, not -2"],
    [{ levels: { grade: "2" } }, "levels.grade must be a list, not text"],
    [{ type: { type: "excel" } }, "type.type"],
    [{ own: "x" }, "own says something of its own"],
    [{ mystery: "x" }, "mystery is not valid"],
    [{ form: "b" }, "form is not written in the form that it must have"],
  ])("in %j is said in our words", (given, words) => {
    const [problem] = readAs(schema, given).problems ?? [];
    expect(`${placeOf(problem?.path ?? [])} ${problem?.words}`).toContain(words);
  });

  it("never shows text that was given", () => {
    const secret = "Jane Roe";
    for (const given of Object.keys(schema.shape).map((key) => ({ [key]: secret }))) {
      for (const { words } of readAs(schema, given).problems ?? []) expect(words).not.toContain(secret);
    }
  });

  it("names what does not exist", () => {
    expect(readAs(schema, { a: 1 }).problems).toMatchObject([{ path: [], unknown: ["a"] }]);
  });
});

describe("no word of the schema's own library reaches the reader", () => {
  const theirs = /Invalid (input|option|type)|Too (big|small)|expected |received|Unrecognized/;
  const messageOf = (run: () => unknown): string => {
    try {
      run();
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };

  it.each<[string, () => unknown, string]>([
    [
      "no arguments",
      () => parseArguments(schema, undefined, "coxph"),
      "coxph needs its arguments in an object.",
    ],
    ["a list", () => parseArguments(schema, [], "coxph"), "coxph needs its arguments in an object."],
    [
      "an argument",
      () => parseArguments(schema, { level: 95 }, "coxph"),
      'coxph: "level" must be below 1, not 95; did you mean 0.95?',
    ],
    ["a policy", () => parsePolicy({ minimumCell: 1 }), '"minimumCell" must be at least 2, not 1.'],
    ["a policy that is null", () => parsePolicy(null), "It must be an object, not null."],
    ["columns of a policy", () => parsePolicy({ columns: { alow: [] } }), 'Did you mean "allow"?'],
    [
      "a permission",
      () => parsePolicy({ columns: 3 }),
      '"columns" must be "all" or a list or an object with "allow" or "deny".',
    ],
    ["an option", () => checkOptions({ deadline: -1 }), 'The option "deadline" must be above 0, not -1.'],
    [
      "an option of two forms",
      () => checkOptions({ whenSiteFails: "go on" }),
      'The option "whenSiteFails" must be "stop" or an object with "continueWith".',
    ],
    ["a signal", () => checkOptions({ signal: 1 }), 'The option "signal" must be an AbortSignal.'],
    [
      "a policy in options",
      () => checkOptions({ policy: { minimumCel: 5 } }),
      'There is no option "policy.minimumCel". Did you mean "minimumCell"?',
    ],
  ])("for %s", (_what, run, words) => {
    const message = messageOf(run);
    expect(message).toContain(words);
    expect(message).not.toMatch(theirs);
  });

  it("and a reason that is too short is told what is wanted", () => {
    expect(messageOf(() => parsePolicy("open", "try"))).toContain(
      'The reason must say in a sentence, of 10 characters or more, why these data may leave exactly, such as "public data of a published study".',
    );
  });
});
