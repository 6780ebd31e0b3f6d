// What a notebook's first cells do, with the types that they rely on.
import {
  boolean,
  category,
  count,
  coxph,
  defineAlgorithm,
  defineStep,
  kaplanMeier,
  localFederation,
  number,
  numeric,
} from "konsil";
import { breastCancer } from "konsil/examples";
import { z } from "zod";

async function cells() {
  const federation = await localFederation(breastCancer);
  const description = await federation.describe();
  const names: readonly string[] = description.columns.map((column) => column.name);

  const patients = federation.data({
    columns: { days: number("days"), event: boolean(), grade: category(["1", "2", "3"]), age: number() },
  });
  const curves = await patients.run(kaplanMeier, { time: "days", event: "event", group: "grade" });
  const median: number | null = curves.groups[0]!.median.estimate;
  const analysis = patients.run(coxph, { formula: "Surv(days, event) ~ age" });
  const heard = analysis.onProgress((event) => event.type);
  const fit = await heard;
  const html: string = fit.toHTML();
  const answered: number = fit.report.sites.filter((site) => site.state === "answered").length;

  const step = defineStep({
    name: "cell.count",
    arguments: z.strictObject({ column: z.string() }),
    columns: (args) => ({ values: numeric(args.column) }),
    output: { n: count() },
    run: (table) => ({ n: table.values.length }),
  });
  const counting = defineAlgorithm({
    name: "cell-count",
    arguments: z.strictObject({ column: z.string() }),
    steps: [step],
    central: async (args, { pool }) => ({ n: (await pool(step, args)).n }),
  });
  const counted = await federation.run(counting, { column: "age" });
  const n: number = counted.n;
  return { names, median, html, answered, n };
}

export { cells };
