import { expect, it } from "vitest";
import { breastCancer } from "../src/examples/index.ts";
import {
  compare,
  coxph,
  crosstab,
  cut,
  glm,
  kaplanMeier,
  localFederation,
  logRank,
  summary,
  tableOne,
} from "../src/index.ts";

const formula = "Surv(days, event) ~ hormon";

it("is the methods paragraph of each result, word by word", async () => {
  const federation = await localFederation(breastCancer);
  // The same rows under every site's default policy.
  const guarded = await localFederation(breastCancer.map(({ name, databases }) => ({ name, databases })));
  const paragraphs: string[] = [];
  for (const [title, asked] of [
    ["open", federation],
    ["guarded", guarded],
  ] as const) {
    const results = [
      await asked.run(kaplanMeier, { formula, tau: 1826.25 }),
      await asked.run(logRank, { formula }),
      await asked.run(coxph, { formula: "Surv(days, event) ~ age + hormon" }),
      await asked.run(glm, { formula: "event ~ age + hormon", family: "binomial" }),
      await asked.run(summary, { columns: ["age", "menopause"] }),
      await asked.run(tableOne, { columns: ["age", "menopause", "size"], by: "hormon" }),
      await asked.run(crosstab, { rows: "menopause", columns: "hormon", fisher: true }),
    ];
    paragraphs.push(...results.map((result) => `${title}: ${result.methods()}`));
  }
  const some = federation.data({ filter: compare("nodes", ">=", 5), derive: { old: cut("age", [50, 70]) } });
  const pooled = await some.run(coxph, {
    formula: "Surv(days, event) ~ old",
    stratifyBySite: false,
    ties: "breslow",
    rareLevels: "exclude",
    control: "R",
  });
  paragraphs.push(`pooled: ${pooled.methods()}`);
  await expect(`${paragraphs.join("\n\n")}\n`).toMatchFileSnapshot("__snapshots__/methods.txt");
});

it("names no site where they are only counted", async () => {
  const guarded = await localFederation(breastCancer.map(({ name, databases }) => ({ name, databases })));
  const federation = await localFederation(breastCancer);
  const results = [
    await guarded.run(logRank, { formula: "Surv(days, event) ~ menopause + strata(hormon)" }),
    await guarded.run(kaplanMeier, { formula }),
    await federation.describe(),
    await federation.run(kaplanMeier, { formula }),
  ];
  for (const result of results) {
    const text = result.methods({ sites: "number" });
    expect(text).toMatch(/\d+ (of 11 )?sites took part\./);
    for (const { name } of breastCancer) expect(text).not.toContain(name);
    expect(text).not.toContain("rotterdam");
    expect(result.methods()).toContain("leeds");
  }
});
