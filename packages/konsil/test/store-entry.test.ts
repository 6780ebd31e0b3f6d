import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StoreEntry, StoreEntryArgument } from "../src/image/index.ts";
import { Desk } from "./command.ts";

const desk = new Desk();
afterAll(() => desk.clear());

const image = ["--image", "registry.example.org/konsil:1"];
const code = ["--code-url", "https://example.org/konsil"];

let entry: StoreEntry;
beforeAll(async () => {
  const { code: exit, out, err } = await desk.konsil("image", "store-entry", ...image, ...code);
  expect(err).toBe("");
  expect(exit).toBe(0);
  entry = JSON.parse(out) as StoreEntry;
});

/** What is wrong with an argument in the eyes of a store of 4.15 (its `ArgumentInputSchema`). */
function problem(argument: StoreEntryArgument): string | undefined {
  const { type, default_value: value, has_default_value: has, allowed_values: allowed } = argument;
  if (!/^((column|string|integer|float|organization)(_list)?|boolean|json)$/.test(type))
    return `type ${type}`;
  if (value != null && !has) return "a default that it has not";
  if (value == null) return undefined;
  if (allowed !== undefined && !allowed.includes(value)) return "a default that is not allowed";
  if (type === "float" && !/^-?\d+(\.\d+)?$/.test(value)) return "no number as the web interface takes it";
  if (type === "integer" && !/^-?\d+$/.test(value)) return "no whole number";
  if (type === "boolean" && !["true", "false"].includes(value)) return "neither true nor false";
  if (type === "json" || type.endsWith("_list")) {
    const read: unknown = JSON.parse(value);
    if (type !== "json" && !Array.isArray(read)) return "no list";
  }
  return undefined;
}

describe("konsil image store-entry", () => {
  it("has a function for each algorithm and step, with arguments that a store takes", () => {
    const { functions, ...rest } = entry;
    expect(rest).toMatchObject({
      name: "konsil",
      image: "registry.example.org/konsil:1",
      partitioning: "horizontal",
      code_url: "https://example.org/konsil",
    });
    const names = functions.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(["kaplan_meier", "coxph", "survival_departures"]));
    for (const { name, arguments: taken, databases } of functions) {
      expect(databases, name).toHaveLength(1);
      expect(new Set(taken.map((argument) => argument.name)).size, name).toBe(taken.length);
      for (const argument of taken) {
        expect(problem(argument), `${name}(${argument.name})`).toBeUndefined();
        // Whoever adds an argument says what it means.
        expect(argument.description ?? "", `${name}(${argument.name})`).not.toBe("");
      }
    }
    expect(JSON.stringify(functions)).not.toMatch(/todo|placeholder|lorem|undefined/i);
  });

  it("gives each argument the type by which the web interface asks for it", () => {
    const { functions } = entry;
    const argument = (method: string, name: string) =>
      functions.find((one) => one.name === method)?.arguments.find((one) => one.name === name);
    expect(argument("kaplan_meier", "time")).toMatchObject({ type: "column", default_value: null });
    expect(argument("kaplan_meier", "group")).toMatchObject({ type: "column_list" });
    expect(argument("kaplan_meier", "times")).toMatchObject({ type: "float_list" });
    expect(argument("coxph", "tolerance")).toMatchObject({ type: "float", default_value: "0.000000001" });
    expect(argument("coxph", "stratifyBySite")).toMatchObject({ type: "boolean", default_value: "true" });
    expect(argument("coxph", "ties")).toMatchObject({ allowed_values: ["efron", "breslow"] });
    // Ticked or not would be said always.
    expect(argument("table_one", "equalVariances")).toMatchObject({ type: "json", default_value: null });
    expect(argument("glm", "family")).toMatchObject({ has_default_value: false });
    expect(argument("regression_irls", "beta")).toMatchObject({
      type: "float_list",
      has_default_value: true,
    });
    expect(argument("coxph", "organizations")).toMatchObject({ type: "string_list" });
    expect(argument("survival_departures", "organizations")).toBeUndefined();
  });

  it("is written to a file, and says what it needs", async () => {
    const written = await desk.konsil(
      "image",
      "store-entry",
      ...image,
      ...code,
      "--output",
      "algorithm_store.json",
    );
    expect(written).toMatchObject({ code: 0, out: "" });
    expect(JSON.parse(readFileSync(join(desk.folder, "algorithm_store.json"), "utf8"))).toEqual(entry);
    const { code: exit, err } = await desk.konsil("image", "store-entry", ...image);
    expect([exit, err]).toEqual([1, expect.stringContaining("--code-url")]);
    expect(await desk.konsil("image", "store-entry", ...code)).toMatchObject({ code: 2 });
  });

  it("tells of a program that is none", async () => {
    desk.file("package.json", { name: "mine", homepage: "https://a.example" });
    const run = async (source: string) => {
      desk.file("main.mjs", source);
      return (await desk.konsil("image", "store-entry", ...image, "--entry", "main.mjs")).err;
    };
    expect(await run("export {};")).toMatch(/does not say which algorithms it has.*serve/);
    expect(await run("throw new Error('no such column');")).toMatch(/does not start.*no such column/s);
  });
});
