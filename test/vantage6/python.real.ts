import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { kaplanMeier, localFederation } from "konsil";
import { describe, expect, it } from "vitest";
import { keyFile, organizations, python, sitesHere, valueIn } from "./real.ts";

interface Asked {
  readonly status: string;
  /** As the Python client gives them: JSON as text. */
  readonly results: readonly string[];
}

/** Lets vantage6's own Python client ask. */
function ask(
  collaboration: string,
  whom: readonly string[],
  method: string,
  kwargs: object,
  key?: string,
): Promise<Asked> {
  const path = fileURLToPath(new URL("stack/python/client.py", import.meta.url));
  const env = { ...process.env, ...(key === undefined ? {} : { KONSIL_KEY_FILE: key }) };
  const args = [path, collaboration, whom.join(","), method, JSON.stringify(kwargs)];
  const child = spawn(python, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    let out = "";
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString("utf8");
    });
    child.on("close", () => {
      const last = out.trim().split("\n").at(-1) ?? "";
      try {
        resolve(JSON.parse(last) as Asked);
      } catch {
        reject(new Error(`The Python client printed no answer: ${out.slice(-2000)}`));
      }
    });
  });
}

describe("vantage6's Python client", () => {
  it("runs an algorithm whose central part runs at a site, and gets the desk's answer", async () => {
    const args = { formula: "Surv(days, event) ~ hormon" };
    const { status, results } = await ask("public data", ["oslo"], "kaplan_meier", args);
    expect(status).toBe("completed");
    const there = JSON.parse(results[0] ?? "{}") as object;
    const local = await (await localFederation(sitesHere("open"))).run(kaplanMeier, args);
    expect(valueIn({ toJSON: () => there })).toEqual(valueIn(local));
  });

  it("asks a step of every site, encrypted, and reads what each says", async () => {
    const args = { columns: ["age"], organizations };
    const asked = await ask("hospitals", organizations, "counts_variables", args, keyFile("oslo"));
    expect(asked.status).toBe("completed");
    expect(asked.results.map((text) => Object.keys(JSON.parse(text) as object))).toEqual(
      organizations.map(() => ["levels", "numeric", "date", "boolean", "category", "many"]),
    );
  });

  it("gets a refusal as an answer, in words, where a policy wants more organizations", async () => {
    const { status, results } = await ask("hospitals", ["leeds"], "describe_rows", {}, keyFile("leeds"));
    expect(status).toBe("completed");
    expect(JSON.parse(results[0] ?? "{}")).toMatchObject({ error: { code: "ORGANIZATIONS_TOO_FEW" } });
  });
});
