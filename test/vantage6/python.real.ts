import { fileURLToPath } from "node:url";
import { kaplanMeier, localFederation, type Server, summary } from "konsil";
import { beforeAll, describe, expect, it } from "vitest";
// @ts-expect-error: the repository's scripts are JavaScript
import { capture } from "../../scripts/step.mjs";
import { image, keyFile, organizations, python, researcher, sitesHere, valueIn } from "./real.ts";
// @ts-expect-error: the stack's scripts are JavaScript
import { buildPythonImage } from "./stack/python-image.mjs";

interface Asked {
  readonly status: string;
  /** As the Python client gives them: JSON as text. */
  readonly results: readonly string[];
}

/** Lets vantage6's own Python client ask. */
async function ask(
  collaboration: string,
  whom: readonly string[],
  method: string,
  kwargs: object,
  key?: string,
): Promise<Asked> {
  const path = fileURLToPath(new URL("stack/python/client.py", import.meta.url));
  const env = { ...process.env, ...(key === undefined ? {} : { KONSIL_KEY_FILE: key }) };
  const args = [path, collaboration, whom.join(","), method, JSON.stringify(kwargs)];
  const out = String(await capture("Python client", python, args, { env }));
  // Before its answer it says what it does.
  return JSON.parse(out.trim().split("\n").at(-1) ?? "") as Asked;
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

describe("an algorithm in Python, with vantage6's own tools", () => {
  const average = image.replace(/[^/]*$/, "average:1");
  let server: Server;
  beforeAll(async () => {
    await buildPythonImage(average);
    server = await researcher();
  });

  /** Calls a function of the algorithm at some organizations, and gives what each said. */
  async function call(
    collaboration: string,
    whom: readonly string[],
    method: string,
    kwargs: object,
  ): Promise<readonly unknown[]> {
    const found = await server.collaborations.list({ name: collaboration }).first();
    const members = await server.organizations.list({ collaboration: found?.id }).all();
    const task = await server.tasks.create({
      name: `python-test-${method}`,
      image: average,
      collaboration: found?.id,
      databases: ["default"],
      organizations: members.filter(({ name }) => whom.includes(name)).map(({ id }) => id),
      call: { method, kwargs: { ...kwargs } },
    });
    const outcomes = await server.results.wait(task.id, { deadline: 240 });
    return outcomes.map(({ status, log, content }) => {
      expect(status, log ?? "").toBe("completed");
      return content.type === "json" ? content.value : content;
    });
  }

  it.each(["public data", "hospitals"])(
    'is run by our client over "%s", and says what ours says',
    async (where) => {
      const { variables } = await (await localFederation(sitesHere("open"))).run(summary, {
        columns: ["age"],
      });
      const { n, mean } = (
        variables[0] as { readonly overall: { readonly n: number; readonly mean: number } }
      ).overall;
      expect(await call(where, ["oslo"], "average", { column: "age" })).toEqual([
        { people: n, mean: expect.closeTo(mean, 12) },
      ]);
    },
  );

  it("may say NaN, as Python writes it", async () => {
    expect(await call("hospitals", organizations, "partial", { column: "age", above: 200 })).toEqual(
      organizations.map(() => ({ sum: 0, people: 0, mean: Number.NaN })),
    );
  });
});
