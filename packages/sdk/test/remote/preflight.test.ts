import { inspect } from "node:util";
import type { AnalysisEvent } from "@konsil/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryKnownKeys, type PrivateKey } from "../../src/crypto/index.ts";
import { beginsAs } from "../../src/remote/image-pattern.ts";
import { mayPermit } from "../../src/remote/image-policy.ts";
import { mean } from "../mean.ts";
import {
  type FakeCollaboration,
  type FakeOrganization,
  type FakeWorld,
  smallKey,
} from "./fake-server/fake-world.ts";
import { federationOf, image, total, world } from "./worlds.ts";

const args = { column: "x" };
const keys = [0, 1, 2, 3].map(smallKey);

function organization(of: FakeWorld, name: string): FakeOrganization {
  return of.organizations.find((one) => one.name === name) as FakeOrganization;
}

function tells(of: FakeWorld, name: string, config: readonly (readonly [string, string])[]): void {
  const node = organization(of, name).node;
  if (node !== undefined) node.config = config.map(([key, value]) => ({ key, value }));
}

/** What an analysis ends with, and that nothing was sent for it. */
async function refusal(of: FakeWorld, options: Parameters<typeof federationOf>[1] = {}): Promise<unknown> {
  const federation = await federationOf(of, options, { key: keys[0] });
  const end = await federation.run(mean, args).catch((error: unknown) => error);
  expect(of.tasks).toEqual([]);
  return end;
}

describe("before anything is sent", () => {
  it("a node that is offline is found", async () => {
    const of = world(keys);
    (organization(of, "leeds").node as { status: string }).status = "offline";
    expect(await refusal(of)).toMatchObject({ code: "NODE_OFFLINE", site: "leeds" });
  });

  it.each([
    ["0", "sealed", "off"],
    ["False", "sealed", "off"],
    ["1", "plain", "on"],
    ["True", "plain", "on"],
  ])(
    "a node that tells of encryption %s in the collaboration %s is found",
    async (value, collaboration, word) => {
      const of = world(keys);
      tells(of, "leeds", [["encryption", value]]);
      const end = await refusal(of, { collaboration });
      expect(end).toMatchObject({ code: "ENCRYPTION_MISMATCH", site: "leeds" });
      expect((end as Error).message).toContain(`turned ${word}`);
    },
  );

  it("a node that permits other images only is found", async () => {
    const of = world(keys);
    tells(of, "leeds", [
      ["allowed_algorithms", "registry.example.org/another"],
      ["allowed_algorithms", "^other\\.example/.*$"],
    ]);
    expect(await refusal(of)).toMatchObject({ code: "IMAGE_NOT_ALLOWED", site: "leeds" });
  });

  it("a database that a node does not have is found", async () => {
    const of = world(keys);
    tells(of, "leeds", [
      ["database_labels", "registry"],
      ["database_labels", "biobank"],
    ]);
    const end = await refusal(of);
    expect(end).toMatchObject({ code: "DATABASE_UNKNOWN", site: "leeds" });
    expect((end as Error).message).toContain(
      'no database "default". Databases there: "registry", "biobank". Name one with federation.data({ database })',
    );
  });

  it("a label that no node has is told to be that of the federation, where it is", async () => {
    const of = world(keys);
    for (const site of ["oslo", "leeds", "tartu"]) tells(of, site, [["database_labels", "default"]]);
    const end = await refusal(of, { databases: { default: "registry_2024" } });
    expect(end).toMatchObject({ code: "DATABASE_UNKNOWN" });
    expect((end as Error).message).toContain(
      'All 3 sites have no database "registry_2024". Databases there: "default". That label is what `databases` of server.federation() has for "default": mend it there.',
    );
  });

  it("a database that the federation has no label for is found, with the name that was meant", async () => {
    for (const node of ["tells its labels", "tells nothing"]) {
      const of = world(keys);
      // A site that has the label too would answer from another database than was meant.
      if (node === "tells its labels") tells(of, "leeds", [["database_labels", "default"]]);
      const end = await refusal(of, { databases: { defalt: "registry" } });
      expect(end).toMatchObject({ name: "ArgumentError", code: "ARGUMENT_UNKNOWN" });
      expect((end as Error).message).toMatch(
        /reads the database "default".*Did you mean "defalt"\? Names there: defalt\./,
      );
    }
    const federation = await federationOf(world(keys), { databases: {} });
    expect(await federation.run(mean, args)).toMatchObject({ n: total });
  });

  it("and nothing is found at nodes that tell all is well, or tell nothing", async () => {
    const of = world(keys);
    tells(of, "leeds", [
      ["encryption", "0"],
      ["allowed_algorithms", "registry.example.org/konsil"],
      ["database_labels", "registry"],
    ]);
    tells(of, "oslo", [["allowed_algorithms", "all"]]);
    const federation = await federationOf(of, {
      databases: { default: "registry" },
      organizations: ["leeds"],
    });
    expect(await federation.run(mean, args)).toMatchObject({ n: 12 });
    expect(of.tasks[0]?.databases).toEqual([{ label: "registry" }]);
  });

  it("takes less than two seconds, and asks a handful of things", async () => {
    const of = world(keys);
    const asked: string[] = [];
    const federation = await federationOf(of, { collaboration: "sealed" }, { key: keys[0] });
    of.faults = {
      call: ({ method, path }) => {
        asked.push(`${method} ${path}`);
        return undefined;
      },
    };
    await federation.run(mean, args);
    const before = asked.slice(0, asked.indexOf("POST /task"));
    expect(before.sort()).toEqual([
      "GET /blobstream/status",
      "GET /node",
      "GET /organization",
      "GET /organization/1",
    ]);
  });
});

describe("keys", () => {
  it("of one's own must be there in an encrypted collaboration", async () => {
    await expect(federationOf(world(keys), { collaboration: "sealed" })).rejects.toMatchObject({
      code: "KEY_INVALID",
    });
  });

  it("of one's own must be the one that the server has", async () => {
    const of = world(keys);
    const federation = await federationOf(of, { collaboration: "sealed" }, { key: keys[1] });
    const end = await federation.run(mean, args).catch((error: unknown) => error);
    expect(end).toMatchObject({ code: "KEY_INVALID" });
    expect((end as Error).message).toContain(keys[1]?.publicKey.fingerprint);
    expect((end as Error).message).not.toContain("PRIVATE");
    expect(of.tasks).toEqual([]);
  });

  it("of a site that another took the place of are encrypted for by nobody", async () => {
    const of = world(keys);
    const known = memoryKnownKeys();
    const own = { key: keys[0], known };
    expect(await (await federationOf(of, { collaboration: "sealed" }, own)).run(mean, args)).toMatchObject({
      n: total,
    });
    const tasks = of.tasks.length;
    const swapped = world([keys[0], keys[1], smallKey(4), keys[3]] as PrivateKey[]);
    const federation = await federationOf(swapped, { collaboration: "sealed" }, own);
    await expect(federation.run(mean, args)).rejects.toMatchObject({ code: "KEY_CHANGED", site: "leeds" });
    expect(swapped.tasks).toEqual([]);
    expect(tasks).toBe(1);
    // The others may go on, and what they are sent is not for it.
    const result = await federation.run(mean, args, { whenSiteFails: { continueWith: 2 } });
    expect(result).toMatchObject({ n: total - 12, sites: ["oslo", "tartu"] });
  });

  it("of a site that comes back with another number are encrypted for by nobody", async () => {
    const of = world(keys);
    const own = { key: keys[0], known: memoryKnownKeys() };
    await (await federationOf(of, { collaboration: "sealed" }, own)).run(mean, args);
    const other = world([keys[0], keys[1], smallKey(4), keys[3]] as PrivateKey[]);
    const leeds = other.organizations[2] as FakeOrganization;
    other.organizations[2] = { ...leeds, id: 99 };
    const federation = await federationOf(other, { collaboration: "sealed" }, own);
    await expect(federation.run(mean, args)).rejects.toMatchObject({ code: "KEY_CHANGED", site: "leeds" });
    expect(other.tasks).toEqual([]);
  });

  it("that were not known are named, once, and can be listed beside those that are", async () => {
    const of = world(keys);
    const own = { key: keys[0], known: memoryKnownKeys() };
    const federation = await federationOf(of, { collaboration: "sealed" }, own);
    const fingerprint = keys[2]?.publicKey.fingerprint;
    const [, leeds] = await federation.keys();
    expect(leeds).toEqual({ site: "leeds", fingerprint, known: null, since: null });
    const events: AnalysisEvent[] = [];
    const onProgress = (event: AnalysisEvent): unknown => events.push(event);
    await federation.run(mean, args, { onProgress });
    const first = events.filter(({ type }) => type === "keys-first-seen");
    expect(first).toMatchObject([
      { keys: [{ site: "oslo" }, { site: "leeds", fingerprint }, { site: "tartu" }] },
    ]);
    // Before anything is sent.
    const types = events.map(({ type }) => type);
    expect(types.indexOf("keys-first-seen")).toBeLessThan(types.indexOf("round-started"));
    events.length = 0;
    await federation.run(mean, args, { onProgress });
    await (await federationOf(of, { collaboration: "sealed" }, own)).run(mean, args, { onProgress });
    expect(events.some(({ type }) => type === "keys-first-seen")).toBe(false);
    expect((await federation.keys())[1]).toMatchObject({ fingerprint, known: fingerprint });
    expect(await (await federationOf(of)).keys()).toEqual([]);
  });

  it("of a site that has none are a failure of that site", async () => {
    const of = world([keys[0], keys[1]] as PrivateKey[]);
    const end = await refusal(of, { collaboration: "sealed" });
    expect(end).toMatchObject({ code: "KEY_INVALID" });
    expect((end as Error).message).toMatch(/organization "leeds".*organization "tartu"/s);
  });
});

describe("a collaboration", () => {
  it("that was encrypted is not taken for one that is not", async () => {
    const of = world(keys);
    const own = { key: keys[0], known: memoryKnownKeys() };
    await federationOf(of, { collaboration: "sealed" }, own);
    of.collaborations[1] = { ...(of.collaborations[1] as FakeCollaboration), encrypted: false };
    for (const collaboration of ["sealed", 2])
      await expect(federationOf(of, { collaboration }, own)).rejects.toMatchObject({
        name: "EncryptionError",
        code: "ENCRYPTION_MISMATCH",
        message: expect.stringContaining("Nothing was sent"),
      });
  });

  it("that is not encrypted is warned of, where a private key was given", async () => {
    const events: AnalysisEvent[] = [];
    const onProgress = (event: AnalysisEvent): unknown => events.push(event);
    const { report } = await (await federationOf(world(), {}, { key: keys[0] })).run(mean, args, {
      onProgress,
    });
    const words = expect.stringContaining('The collaboration "plain" is not encrypted');
    expect(report.warnings).toEqual([words]);
    expect(events).toContainEqual({ type: "warning", message: words });
    expect((await (await federationOf(world())).run(mean, args)).report.warnings).toEqual([]);
  });
});

describe("a federation of a server", () => {
  it("is the organizations that have a node, by their names", async () => {
    const federation = await federationOf(world(keys));
    expect(federation.sites).toEqual(["oslo", "leeds", "tartu"]);
    expect(inspect(federation)).toBe("Federation of 3 sites (oslo, leeds, tartu)");
  });

  it("is a study, or some organizations, by names or numbers", async () => {
    const of = world(keys);
    of.studies.push({ id: 2, name: "north", collaboration: 1, organizations: [2, 4] });
    expect((await federationOf(of, { study: "north" })).sites).toEqual(["oslo", "tartu"]);
    expect((await federationOf(of, { collaboration: 1, study: 2 })).sites).toEqual(["oslo", "tartu"]);
    const few = await federationOf(of, { organizations: ["tartu", 3, "tartu"] });
    expect(few.sites).toEqual(["leeds", "tartu"]);
    const result = await (await federationOf(of, { study: "north" })).run(mean, args);
    expect(result).toMatchObject({ n: 24 });
    expect(of.tasks[0]).toMatchObject({ study: 2, collaboration: 1 });
  });

  it.each<[Parameters<typeof federationOf>[1], string, string]>([
    [
      { collaboration: "plan" },
      "COLLABORATION_UNKNOWN",
      'Did you mean "plain"? Collaborations: plain, sealed.',
    ],
    [
      { collaboration: 7 },
      "COLLABORATION_UNKNOWN",
      "no collaboration 7 that you may see. Collaborations: plain (1)",
    ],
    [{ study: "fee" }, "COLLABORATION_UNKNOWN", 'Did you mean "few"? Studies: few.'],
    [{ organizations: ["olso"] }, "COLLABORATION_UNKNOWN", 'Did you mean "oslo"?'],
    [{ organizations: [] }, "ARGUMENT_INVALID", "`organizations` must be a list"],
    [{ image: undefined }, "IMAGE_UNKNOWN", "image:"],
    [{ image: "" }, "ARGUMENT_INVALID", "`image` must be"],
    [{ image: "konsil test" }, "ARGUMENT_INVALID", "without spaces"],
    [{ image: "localhost:7903/Konsil/a:1" }, "ARGUMENT_INVALID", "in small letters"],
    [{ collaboration: undefined } as never, "ARGUMENT_INVALID", "Collaborations: plain, sealed."],
    [{ databases: { default: "" } }, "ARGUMENT_INVALID", "`databases` must be"],
    [{ databases: ["registry"] } as never, "ARGUMENT_INVALID", "`databases` must be"],
    [{ colaboration: 1 } as never, "ARGUMENT_UNKNOWN", 'Did you mean "collaboration"?'],
  ])("of %j is refused", async (options, code, words) => {
    const end = await federationOf(world(keys), options).catch((error: unknown) => error);
    expect(end).toMatchObject({ code });
    expect((end as Error).message).toContain(words);
  });

  it.each([
    "konsil",
    "localhost:7903/konsil/v4-algo",
    "[::1]:5000/konsil:1.2-rc",
    "Registry.example.org/konsil",
    `sha256:${"0a".repeat(32)}`,
    `konsil@sha256+b64u:${"0a".repeat(32)}`,
    `ghcr.io/a__b/c-d.e:v1@sha256:${"0a".repeat(32)}`,
  ])("takes the image %s", async (named) => {
    await expect(federationOf(world(keys), { image: named })).resolves.toBeDefined();
  });

  it("of two organizations of one name is refused, and can be had by number", async () => {
    const of = world(keys);
    const twin = organization(of, "leeds");
    of.organizations[3] = { ...(of.organizations[3] as FakeOrganization), name: twin.name };
    await expect(federationOf(of)).rejects.toMatchObject({ code: "COLLABORATION_UNKNOWN" });
    expect((await federationOf(of, { organizations: [2, 3] })).sites).toEqual(["oslo", "leeds"]);
  });
});

describe("the policy of a node for images", () => {
  it.each<[readonly string[], string, boolean]>([
    [[], image, true],
    [["all"], image, true],
    [[image], image, true],
    [["registry.example.org/konsil"], image, true],
    [["registry.example.org/konsil"], "registry.example.org/konsil@sha256:00", true],
    [["localhost:5000/konsil"], "localhost:5000/konsil:1", true],
    [["localhost:5000/konsil"], "localhost:5000/other:1", false],
    [["registry.example.org/konsil@sha256:00"], "registry.example.org/konsil@sha256:00", true],
    [["registry.example.org/konsil@sha256:01"], "registry.example.org/konsil@sha256:00", false],
    [["registry.example.org/konsil@sha256:01"], image, true],
    // Two tags may be one image: only the node can tell.
    [["registry.example.org/konsil:2"], image, true],
    [["^registry\\.example\\.org/.*"], image, true],
    [["registry\\.example\\.org/kon"], image, true],
    [["^harbor\\..*", "docker.io/x"], image, false],
    [["registryXexample.org/konsil"], image, false],
    [[".*"], image, true],
    [["^harbor2\\.vantage6\\.ai/[a-zA-Z]+/[a-zA-Z]+"], "harbor2.vantage6.ai/algorithms/mean:1", true],
    [["^harbor2\\.vantage6\\.ai/[a-zA-Z]+/[a-zA-Z]+"], "harbor2.vantage6.ai/algorithms", false],
    [["^harbor2\\.vantage6\\.ai/[a-zA-Z]+/[a-zA-Z]+"], "docker.io/algorithms/mean", false],
    // Not judged: groups, Python's own notation, what JavaScript reads in another way, what is none.
    [["^(harbor2|ghcr)\\.io/.*"], image, true],
    [["(?P<any>.*)"], image, true],
    [["\\Adocker.*"], image, true],
    [["[]x]*y"], image, true],
    [["[^]a-z[b]"], image, true],
    [["[z-a]"], image, true],
    [["^*docker"], image, true],
  ])("%j for %s: %s", (allowed, name, permits) => {
    expect(mayPermit(allowed, name)).toBe(permits);
  });

  it("is judged as a matcher of patterns judges", () => {
    const atoms = fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "\\.", "\\w", "/");
    const parts = fc.tuple(atoms, fc.constantFrom("", "", "*", "+", "?", "*?"));
    const pattern = fc
      .tuple(fc.constantFrom("", "^"), fc.array(parts, { maxLength: 6 }), fc.constantFrom("", "$"))
      .map(([begin, middle, end]) => `${begin}${middle.flat().join("")}${end}`);
    const text = fc.array(fc.constantFrom("a", "b", ".", "/"), { maxLength: 8 }).map((all) => all.join(""));
    fc.assert(
      fc.property(pattern, text, (one, name) => {
        expect(beginsAs(one, name)).toBe(new RegExp(`^(?:${one})`).test(name));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    "([a-z./0-9:-]+)+X",
    `${"[a-z./0-9:-]*".repeat(70)}X`,
    `${"[a-z]*".repeat(100_000)}X`,
    `${"a?".repeat(200)}${"a".repeat(200)}X`,
  ])("cannot keep a desk busy, though another site wrote it", (pattern) => {
    const began = performance.now();
    mayPermit([pattern], `registry.example.org/${"a".repeat(200)}:1`);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});
