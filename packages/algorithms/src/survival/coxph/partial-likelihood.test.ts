import { expect, it } from "vitest";
import { newWorkspace, partialLikelihood } from "./partial-likelihood.ts";
import { sortRows } from "./sorted-rows.ts";

it("says the likelihood in no more digits than people's values have", () => {
  const n = 60;
  for (let k = 1; k <= 50; k++) {
    const rows = sortRows(
      {
        n,
        p: 1,
        time: Float64Array.from({ length: n }, (_, i) => (i * 37) % 23),
        event: Uint8Array.from({ length: n }, (_, i) => (i % 3 === 0 ? 0 : 1)),
        matrix: Float64Array.from({ length: n }, (_, i) => ((30 + ((i * k) % 50)) * k) / 257),
        weight: undefined,
        offset: undefined,
        stratum: new Int32Array(n),
        strata: 1,
        ownSites: false,
      },
      { centre: [0], factor: [1], offset: 0 },
    );
    const found = partialLikelihood(rows, [0.01], "efron", newWorkspace(rows))?.logLikelihood as number;
    const grain = 2 ** (Math.ceil(Math.log2(Math.abs(found))) - 50);
    expect(found / grain).toBe(Math.round(found / grain));
  }
});
