import { connect, type LinkedStore, type NewStoreAlgorithm, type Server, type Store } from "konsil";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { storeEntry } from "../../packages/konsil/src/image/index.ts";
import { image, researcher, serverUrl, storeUrl } from "./real.ts";

// What `konsil image store-entry` writes, in a real store, and called as the web interface calls what is in it.

let root: Server;
let linked: LinkedStore;
let store: Store;

beforeAll(async () => {
  root = await connect(serverUrl, { username: "root", password: "root" });
  const [before] = await root.stores.list({ url: storeUrl }).all();
  const [collaboration] = await root.collaborations.list({ name: "public data" }).all();
  // A server of 4.15 can often not take a link away again: it stays for the next run.
  linked =
    before ??
    (await root.stores.create({
      name: "test store",
      url: storeUrl,
      collaboration: collaboration?.id,
      force: true,
    }));
  store = await root.stores.open(linked.id);
  entered = await enter();
});

let entered: number;
afterAll(() => store.algorithms.delete(entered));

async function enter(): Promise<number> {
  const entry = await storeEntry({ image, codeUrl: "https://example.org/konsil" });
  for (const { id } of await store.algorithms.list({ image }).all()) await store.algorithms.delete(id);
  const algorithm: NewStoreAlgorithm = {
    name: entry.name,
    description: entry.description,
    image: entry.image,
    partitioning: entry.partitioning,
    vantage6Version: entry.vantage6_version,
    codeUrl: entry.code_url,
    functions: entry.functions.map((one) => ({ ...one })),
  };
  return (await store.algorithms.create(algorithm)).id;
}

/** What the web interface sends of a form in which only these fields were filled: null for what has no default. */
function form(
  taken: readonly { readonly name: string; readonly type: string; readonly defaultValue: string | null }[],
  filled: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const value = (type: string, text: string | null): unknown =>
    text === null ? null : type === "string" || type === "column" ? text : (JSON.parse(text) as unknown);
  return {
    ...Object.fromEntries(taken.map(({ name, type, defaultValue }) => [name, value(type, defaultValue)])),
    ...filled,
  };
}

describe("the entry of an image in a real store", () => {
  it("is taken as it is generated", async () => {
    const algorithm = await store.algorithms.get(entered);
    expect(algorithm).toMatchObject({ image, status: "approved", partitioning: "horizontal" });
    expect(algorithm.digest).toMatch(/^sha256:/);
    const { functions } = await storeEntry({ image, codeUrl: "https://example.org/konsil" });
    expect(algorithm.functions).toHaveLength(functions.length);
    for (const wanted of functions) {
      const { arguments: taken, ...one } = algorithm.functions.find(({ name }) => name === wanted.name) ?? {
        arguments: [],
      };
      expect(one).toMatchObject({ type: wanted.type, description: wanted.description });
      expect(
        taken.map(({ name, type, hasDefaultValue, defaultValue }) => [
          name,
          type,
          hasDefaultValue,
          defaultValue,
        ]),
      ).toEqual(
        wanted.arguments.map((argument) => [
          argument.name,
          argument.type,
          argument.has_default_value,
          argument.default_value ?? null,
        ]),
      );
    }
  });

  it("is called through the store, an algorithm with the form as it stands, a step with null for none", async () => {
    const oslo = await researcher();
    const [collaboration] = await oslo.collaborations.list({ name: "public data" }).all();
    const { functions } = await store.algorithms.get(entered);
    const taken = (name: string) => functions.find((one) => one.name === name)?.arguments ?? [];
    const run = async (method: string, filled: Readonly<Record<string, unknown>>): Promise<unknown> => {
      const task = await oslo.tasks.create({
        name: `store-test-${method}`,
        image,
        collaboration: collaboration?.id,
        store: linked.id,
        databases: ["default"],
        organizations: [oslo.user.organization.id],
        call: { method, kwargs: form(taken(method), filled) },
      });
      const [outcome] = await oslo.results.wait(task.id, { deadline: 120 });
      await oslo.tasks.delete(task.id);
      expect(outcome).toMatchObject({ status: "completed", content: { type: "json" } });
      return outcome?.content.type === "json" ? outcome.content.value : undefined;
    };
    expect(await run("crosstab", { formula: "~ grade" })).toMatchObject({
      report: { rounds: expect.anything() },
    });
    expect(await run("counts_moments", { numbers: ["age"], dates: [] })).toMatchObject({
      numbers: { people: { lower: [expect.any(Number)] } },
    });
    expect(await run("kaplan_meier", { time: "dasy", event: "event" })).toMatchObject({
      error: { code: "COLUMN_UNKNOWN" },
    });
  });
});
