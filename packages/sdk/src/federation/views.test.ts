import { inspect } from "node:util";
import { expect, it } from "vitest";
import { mean, rowsTo } from "../../test/mean.ts";
import { localFederation } from "../index.ts";

it("nothing that is printed of a federation holds what rewrites a terminal, whatever its sites are called", async () => {
  const name = "oslo\u001b[1A\u001b[2K";
  const federation = await localFederation([
    { name, rows: rowsTo(20), policy: "open", reason: "rows made up by a test" },
  ]);
  const analysis = federation.run(mean, { column: "x" });
  const printed = [federation, federation.data(), analysis].map((one) => inspect(one));
  await analysis;
  for (const text of printed) {
    expect(text).not.toContain("\u001b");
  }
  expect(printed[0]).toContain("oslo\ufffd[1A\ufffd[2K");
});
