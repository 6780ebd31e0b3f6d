import { expect, it } from "vitest";
import { HandedOn } from "./handed-on.ts";

it("hands on to whoever asks first for the same model over the same table", () => {
  const handedOn = new HandedOn<string>();
  const [table, other] = [{}, {}];
  handedOn.leave(table, { formula: "y ~ a" }, "rows");
  expect(handedOn.take(other, { formula: "y ~ a" })).toBeUndefined();
  expect(handedOn.take(table, { formula: "y ~ a" })).toBe("rows");
  expect(handedOn.take(table, { formula: "y ~ a" })).toBeUndefined();
});

it("hands nothing on to another model, and holds one for each table", () => {
  const handedOn = new HandedOn<string>();
  const table = {};
  handedOn.leave(table, { formula: "y ~ a" }, "first");
  handedOn.leave(table, { formula: "y ~ b" }, "second");
  expect(handedOn.take(table, { formula: "y ~ a" })).toBeUndefined();
  expect(handedOn.take(table, { formula: "y ~ b" })).toBeUndefined();
});
