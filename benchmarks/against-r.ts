// npm run bench: Kaplan–Meier, Cox and logistic regression beside R, in turns, in one run. Needs R with survival.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { coxph, glm, kaplanMeier, localFederation } from "konsil";
import { covariates, makePatients, type Patients, sourceOf } from "./data.ts";

const rounds = Number(process.argv[2] ?? 3);
const large = makePatients(1_000_000, 1);
const sites = 11;
const many = makePatients(sites * 100_000, 2);
const open = { policy: "open", reason: "patients made up by a benchmark" } as const;
const terms = Array.from({ length: covariates }, (_, j) => `x${j + 1}`).join(" + ");

async function federationOf(patients: Patients, parts: number) {
  const size = patients.rows / parts;
  return localFederation(
    Array.from({ length: parts }, (_, i) => ({
      name: `site${i + 1}`,
      rows: sourceOf(patients, i * size, (i + 1) * size),
      ...open,
    })),
  );
}

const one = await federationOf(large, 1);
const eleven = await federationOf(many, sites);

interface Case {
  readonly title: string;
  readonly name: string;
  readonly against: string;
  readonly aim: number;
  readonly run: () => Promise<number | null | undefined>;
}

const cases: readonly Case[] = [
  {
    title: "Kaplan–Meier, 1,000,000 rows in days, 8 groups, one site",
    name: "km",
    against: "survfit",
    aim: 0.02,
    run: async () =>
      (
        await one.run(kaplanMeier, { formula: "Surv(days, event) ~ group", confidenceType: "log" })
      ).groups.reduce((n, { curve }) => n + curve.time.length, 0),
  },
  {
    title: "Cox (Efron), 11 sites × 100,000 rows, 10 covariates, stratified by site",
    name: "cox",
    against: "coxph",
    aim: 0.15,
    run: async () => (await eleven.run(coxph, { formula: `Surv(days, event) ~ ${terms}` })).coefficients[0],
  },
  {
    title: "Logistic regression, 1,000,000 rows × 10, one site",
    name: "glm",
    against: "glm.fit",
    aim: 0.5,
    run: async () =>
      (await one.run(glm, { formula: `outcome ~ ${terms}`, family: "binomial" })).coefficients[1],
  },
];

function writePatients(file: string, { x, days, event, group, outcome }: Patients): void {
  writeFileSync(
    file,
    Buffer.concat(
      [...x, days, event, group, outcome].map((column) =>
        Buffer.from(column.buffer, column.byteOffset, column.byteLength),
      ),
    ),
  );
}

const folder = mkdtempSync(join(tmpdir(), "konsil-bench-"));
try {
  const files = [join(folder, "large"), join(folder, "many")] as const;
  writePatients(files[0], large);
  writePatients(files[1], many);
  const script = fileURLToPath(new URL("against-r.R", import.meta.url));
  const r = spawn("Rscript", [script, files[0], String(large.rows), files[1], String(many.rows)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  r.on("error", () => {
    process.stderr.write("R is needed for this comparison: install R with its package survival.\n");
    process.exit(1);
  });
  const lines = createInterface({ input: r.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => String((await lines.next()).value);
  await line();
  const median = (values: readonly number[]): number =>
    [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
  for (const { title, name, against, aim, run } of cases) {
    const ours: number[] = [];
    const theirs: number[] = [];
    // The first round of either is not counted: one compiles what it runs, the other fills its caches.
    for (let round = 0; round <= rounds; round++) {
      // Tables that a site keeps between analyses would be an advantage that R does not have.
      one.release();
      eleven.release();
      const began = performance.now();
      const value = await run();
      const seconds = (performance.now() - began) / 1000;
      r.stdin.write(`${name}\n`);
      const [secondsOfR, estimate] = (await line()).trim().split(" ");
      if (round > 0) {
        ours.push(seconds);
        theirs.push(Number(secondsOfR));
      }
      if (Math.abs(Number(estimate) - Number(value)) > 1e-6 * Math.abs(Number(estimate)))
        throw new Error(`${title}: ${value} is not R's ${estimate}`);
    }
    const ratio = median(ours) / median(theirs);
    process.stdout.write(
      `${title}\n  Konsil ${median(ours).toFixed(3)} s · R ${against} ${median(theirs).toFixed(3)} s · ratio ${ratio.toFixed(3)} (aim ${aim})\n`,
    );
  }
  r.stdin.end();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
