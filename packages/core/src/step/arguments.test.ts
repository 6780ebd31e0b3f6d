import { expect, it } from "vitest";
import { z } from "zod";
import { numberList, parseArguments } from "./arguments.ts";

const schema = z.strictObject({ beta: numberList() });

it("reads a list of numbers into one of its own", () => {
  const given = Object.freeze([1, -0.5, 1e300]);
  const { beta } = parseArguments(schema, { beta: given }, "a step") as { beta: number[] };
  expect(beta).toEqual(given);
  beta[0] = 2;
  expect(given[0]).toBe(1);
});

it.each([[[1, Number.NaN]], [[Infinity]], [[1, "2"]], [[null]], [[[1]]], ["1"], [{ 0: 1, length: 1 }]])(
  "takes %j for no list of finite numbers",
  (beta) => {
    expect(() => parseArguments(schema, { beta }, "a step")).toThrow(
      'a step: "beta" must be a list of finite numbers.',
    );
  },
);

it("copies lists however they nest", () => {
  const any = z.strictObject({ rows: z.unknown() });
  const rows = [[1, 2], [{ a: [3], b: undefined }]];
  const read = parseArguments(any, { rows }, "a step") as { rows: number[][] };
  expect(read.rows).toEqual([[1, 2], [{ a: [3] }]]);
  read.rows[0]?.push(9);
  expect(rows[0]).toEqual([1, 2]);
});
