import { inspect } from "node:util";
import { expect, test } from "vitest";
import { localFederation } from "./local-federation.ts";

test("an error is shown as it is meant to be read before there is any federation", async () => {
  const error: unknown = await localFederation([]).catch((thrown: unknown) => thrown);
  expect(inspect(error)).toBe(
    "ArgumentError: localFederation() needs a list with at least one site.  [ARGUMENT_INVALID]",
  );
});
