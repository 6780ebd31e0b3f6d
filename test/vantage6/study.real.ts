import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
// @ts-expect-error: the repository's scripts are JavaScript
import { capture } from "../../scripts/step.mjs";
import { image, password, serverUrl } from "./real.ts";

// As `npm run study` runs it. All sixteen questions need 94 rounds, and minutes.
const study = fileURLToPath(new URL("../../packages/konsil/demo/breast-cancer/study.js", import.meta.url));
const asked = ["description", "gradeByTreatment", "survivalByGrade", "logRankPooled"];

const folder = mkdtempSync(join(tmpdir(), "konsil-study-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("the breast cancer study says over a real server, to the last bit, what the same sites say in this process", async () => {
  const where = [
    "--server",
    serverUrl,
    "--collaboration",
    "public data",
    "--image",
    image,
    "--output",
    folder,
  ];
  const questions = asked.flatMap((name) => ["--question", name]);
  const env = { ...process.env, KONSIL_USERNAME: "oslo", KONSIL_PASSWORD: password };
  const said = String(await capture("study", process.execPath, [study, ...where, ...questions], { env }));
  expect(said).toContain(`${asked.length} of ${asked.length} answers are those of the same sites`);
  const { compared } = JSON.parse(readFileSync(join(folder, "server-results.json"), "utf8")) as {
    readonly compared: readonly { readonly question: string; readonly same: boolean | null }[];
  };
  expect(Object.fromEntries(compared.map(({ question, same }) => [question, same]))).toEqual(
    Object.fromEntries(asked.map((question) => [question, true])),
  );
});
