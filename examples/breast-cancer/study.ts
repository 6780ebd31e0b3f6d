// A federated study of real patients: 3,668 with breast cancer at eleven local sites, beside R on all rows.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { ArgumentError, localFederation } from "konsil";
import { breastCancer } from "konsil/examples";
import { compareWithR, tolerated } from "./agreement.ts";
import { runAnalyses } from "./analyses.ts";
import { readExpected } from "./expected.ts";
import { reportFailure } from "./failure.ts";
import { runUnderHospitalPolicy } from "./hospital.ts";
import { runOverServer } from "./over-server.ts";
import { readOnce } from "./read-once.ts";
import { reportPage } from "./report.ts";
import type { Run } from "./run.ts";
import { summaryText } from "./summary.ts";

const help = `npm run study -- [--output FOLDER] [--quiet]

Runs the breast cancer study on eleven local sites, beside R's results on all rows and once more under a hospital's
default policy, and writes results.json and report.html. Exits with 1 when an estimate differs from R's by more than ${tolerated}, relatively.

  --output FOLDER   where they are written; default: examples/breast-cancer/output
  --quiet           neither progress nor summary

npm run study -- --server URL --collaboration NAME [--study NAME] [--image IMAGE] [--key FILE] [--question NAME]…

Asks the same questions of the nodes of a vantage6 server that have the example's files, and compares each answer with that
of the same sites in this process. Your account is KONSIL_USERNAME and KONSIL_PASSWORD in the environment (and
KONSIL_MFA_CODE); --key names the private key of your organization, where the collaboration is encrypted, and --question
one of the questions that are asked, where not all are.
`;

export interface StudyOptions {
  /** The folder for results.json and report.html. */
  readonly output: string;
  /** Neither progress nor summary. */
  readonly quiet: boolean;
}

/** Runs the study, writes its files, and says whether it agrees with R. */
export async function runStudy({ output, quiet }: StudyOptions): Promise<{ readonly agrees: boolean }> {
  const ranAt = new Date().toISOString();
  const expected = readExpected();
  // The sites have the open policy that public data permit; then each has the one that a hospital has by default.
  const sites = readOnce(breastCancer);
  const open = await localFederation(sites);
  const analyses = await runAnalyses(open, quiet);
  const hospital = await runUnderHospitalPolicy(sites, open, quiet);
  const agreement = compareWithR(analyses, expected);
  const run: Run = {
    ranAt,
    analyses,
    hospital,
    agreement,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
    versions: {
      konsil: analyses.results.coxBySite.report.versions.konsil,
      node: process.versions.node,
      R: expected.about.software.R,
      survival: expected.about.software.survival,
    },
  };
  const files = { results: join(output, "results.json"), report: join(output, "report.html") };
  await mkdir(output, { recursive: true });
  await writeFile(files.results, `${JSON.stringify(run)}\n`);
  await writeFile(files.report, reportPage(run, expected));
  const agrees = agreement.largest <= tolerated;
  if (!quiet) process.stdout.write(summaryText(run, expected, Object.values(files).map(shortest)));
  if (!agrees)
    process.stderr.write(
      `The study does not agree with R: ${agreement.where} differs by ${agreement.largest}.\n`,
    );
  return { agrees };
}

/** A path from here, unless it leads out of here. */
function shortest(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith("..") ? file : path;
}

/** @returns the exit code */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      output: { type: "string", default: join(dirname(fileURLToPath(import.meta.url)), "output") },
      quiet: { type: "boolean", default: false },
      server: { type: "string" },
      collaboration: { type: "string" },
      study: { type: "string" },
      image: { type: "string" },
      key: { type: "string" },
      question: { type: "string", multiple: true },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const { server, collaboration, study, image, key, question, output, quiet } = values;
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  if (server === undefined) {
    const needless = Object.entries({ collaboration, study, image, key, question }).find(
      ([, value]) => value,
    );
    if (needless !== undefined) throw new ArgumentError("USAGE", `--${needless[0]} belongs to --server.`);
    return (await runStudy({ output, quiet })).agrees ? 0 : 1;
  }
  if (collaboration === undefined)
    throw new ArgumentError("USAGE", "Name the --collaboration of the server too.");
  const options = { address: server, collaboration, study, image, key, only: question ?? [], output, quiet };
  return (await runOverServer(options)) ? 0 : 1;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  // A connection to the server that is kept for later questions does not keep the process.
  process.exit(await main().catch(reportFailure));
