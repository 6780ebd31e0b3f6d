import { describe, expect, it } from "vitest";
import { declaredVariables } from "./declared.ts";
import { compare, cut, type RecodeOthers, recode } from "./expression.ts";
import { defineData } from "./specification.ts";
import type { Variable } from "./variable.ts";

const columns = {
  stage: { type: "category", levels: ["I", "II", "IV"] },
  free: { type: "category" },
  meno: { type: "boolean" },
  age: { type: "numeric" },
} as const satisfies Readonly<Record<string, Variable>>;

const early = (others: RecodeOthers, of = "stage") => recode(of, { I: "early", II: "early" }, { others });

describe("recode()", () => {
  it('wants every declared level listed with others: "error", and says which is not', () => {
    expect(() => defineData({ columns, derive: { early: early("error") } })).toThrow(
      /recode\(\) of "stage" does not list "IV".*\[EXPRESSION_INVALID\]/,
    );
    expect(() => defineData({ columns, filter: compare(early("error"), "==", "early") })).toThrow(
      /does not list "IV"/,
    );
    const all = recode("stage", { I: "early", II: "early", IV: "late" }, { others: "error" });
    expect(() => defineData({ columns, derive: { all } })).not.toThrow();
  });

  it('wants levels declared for others: "error": a site that refused would tell of one row', () => {
    expect(() => defineData({ columns, derive: { x: early("error", "free") } })).toThrow(
      /needs the levels of "free": declare them.*\[EXPRESSION_INVALID\]/,
    );
    const yes = recode("meno", { TRUE: "post" }, { others: "error" });
    expect(() => defineData({ columns, derive: { yes } })).toThrow(/does not list "FALSE"/);
    const older = recode(cut("age", [40, 60]), { "<40": "young" }, { others: "error" });
    expect(() => defineData({ columns, derive: { older } })).toThrow(/of cut\(\) does not list/);
  });

  it("tells algorithms the levels that it leaves, whatever becomes of the others", () => {
    const derive = {
      // Refers to one that comes after it.
      again: recode("kept", { early: "soon" }, { others: "keep" }),
      kept: early("keep"),
      dropped: early("missing"),
      merged: early({ as: "late" }),
      unknown: recode("free", { I: "early" }, { others: "keep" }),
    };
    const variables = declaredVariables(defineData({ columns, derive }));
    const levels = (name: string) => {
      const variable = variables[name];
      return variable?.type === "category" ? variable.levels : null;
    };
    expect(Object.keys(derive).map(levels)).toEqual([
      ["soon", "IV"],
      ["early", "IV"],
      ["early"],
      ["early", "late"],
      undefined,
    ]);
  });
});
