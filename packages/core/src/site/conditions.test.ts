import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expressions, samples } from "../../test/expressions.ts";
import { type ExpressionNode, evaluate, operands } from "../data/index.ts";
import { Withholding } from "../policy/index.ts";
import { type ColumnData, missingBoolean } from "../table/index.ts";
import { conditionsIn, conditionsOf, isTrueOf, patternsOf } from "./conditions.ts";

function truth(node: ExpressionNode, columns: (name: string) => ColumnData, rows: number): Uint8Array {
  const values = evaluate(node, columns, rows);
  return values.type === "boolean" ? values.values : new Uint8Array(rows).fill(missingBoolean);
}

const everyNode = (node: ExpressionNode): readonly ExpressionNode[] => [
  node,
  ...operands(node).flatMap(everyNode),
];

const isJoint = ({ op }: ExpressionNode): boolean => op === "and" || op === "or" || op === "not";

describe("the conditions of an expression", () => {
  it("are true of the same rows, whatever the expression is and whatever is missing", () => {
    let [judged, among] = [0, 0];
    fc.assert(
      fc.property(expressions("boolean", 4), samples, (node, { rows, columns }) => {
        // Sums of numbers so different that digits would be lost are refused.
        if (everyNode(node).some(({ op }) => "+-*/".includes(op) || op === "days")) return;
        const outcome = truth(node, columns, rows);
        for (const [written, expected] of [
          [node, 1],
          [{ op: "not", of: node }, 0],
        ] as const) {
          let conditions: ReturnType<typeof conditionsOf>;
          try {
            conditions = conditionsOf(written, () => undefined);
          } catch (error) {
            expect(error).toBeInstanceOf(Withholding);
            continue;
          }
          const singles = conditions.singles.map((single) => truth(single, columns, rows));
          judged++;
          if (singles.length > 1) among++;
          for (let i = 0; i < rows; i++) {
            const [pattern] = patternsOf(
              singles.map((values) => values.subarray(i, i + 1)),
              1,
            );
            if (pattern === undefined) throw new Error("no pattern");
            expect(isTrueOf(conditions.root, pattern)).toBe(outcome[i] === expected);
          }
        }
      }),
      { seed: 5, numRuns: 3000 },
    );
    expect(judged).toBeGreaterThan(2500);
    expect(among).toBeGreaterThan(200);
  });

  it("are found inside whatever they are in, and otherwise refused", () => {
    fc.assert(
      fc.property(expressions("boolean", 5), expressions("category", 5), (condition, group) => {
        for (const node of [condition, group]) {
          const found = conditionsIn(node).flatMap(everyNode);
          for (const inner of everyNode(node).filter(isJoint)) expect(found).toContain(inner);
        }
      }),
      { seed: 6, numRuns: 2000 },
    );
  });
});
