import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Notebook, runNotebook } from "@konsil/notebook";
import { isOpenToNobody } from "@konsil/site";
import type { Server } from "konsil";
import { afterAll, beforeAll, expect, it } from "vitest";
import { shown } from "../notebook-outputs.ts";
import { type DevCollaboration, type DevNodeProcess, devCollaboration, startDevNodes } from "./dev-nodes.ts";
import { image, keyFile, password, researcher, serverUrl } from "./real.ts";

const committed = fileURLToPath(new URL("../../notebooks/vantage6.ipynb", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "konsil-notebook-"));

/** Tasks of nodes that root starts are nobody, who has to find Konsil. */
const isOpen = isOpenToNobody(import.meta.dirname);

let server: Server;
let collaboration: DevCollaboration;
let nodes: readonly DevNodeProcess[];

beforeAll(async () => {
  server = await researcher();
  collaboration = await devCollaboration(server, true);
  nodes = await startDevNodes(collaboration, true, "hospital");
});
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  await server.collaborations.delete(collaboration.id, { dependents: true });
  rmSync(folder, { recursive: true, force: true });
});

const read = (file: string): Notebook => JSON.parse(readFileSync(file, "utf8")) as Notebook;

it.runIf(isOpen)(
  "vantage6.ipynb shows at a real server what it showed when it was written (else: KONSIL_NOTEBOOKS=write)",
  async () => {
    const fresh = join(folder, "vantage6.ipynb");
    process.env["V6_PASSWORD"] = password;
    await runNotebook(committed, {
      output: fresh,
      timeout: 120_000,
      parameters: {
        url: serverUrl,
        user: "oslo",
        keyFile: keyFile("oslo"),
        collaboration: collaboration.name,
        imageName: image,
      },
    });
    const now = read(fresh);
    const same = JSON.stringify(shown(now)) === JSON.stringify(shown(read(committed)));
    if (process.env["KONSIL_NOTEBOOKS"] !== "write")
      return expect(shown(now)).toEqual(shown(read(committed)));
    if (same) return;
    // Where the server is, and whose key was used, is nobody's who reads it.
    const cells = now.cells.filter(({ metadata }) => metadata.tags?.includes("injected-parameters") !== true);
    writeFileSync(committed, `${JSON.stringify({ ...now, cells }, null, 1)}\n`);
  },
);
