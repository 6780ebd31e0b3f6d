import {
  type AnyAlgorithm,
  attrition,
  createSite,
  describe,
  type Policy,
  parsePolicy,
  type Row,
  rowsSource,
  type Source,
} from "@konsil/core";
import { memoryKnownKeys, type PrivateKey } from "../../src/crypto/index.ts";
import type { LocalSite } from "../../src/local/index.ts";
import { localFederation } from "../../src/local/index.ts";
import { serverFederation } from "../../src/remote/server-federation.ts";
import type { Opened } from "./conformance.ts";
import { directServer } from "./fake-server/direct-server.ts";
import { FakeWorld } from "./fake-server/fake-world.ts";
import { fastPace } from "./fast-pace.ts";
import { programsOf } from "./programs.ts";

export type Open = (sites: readonly LocalSite[], algorithms: readonly AnyAlgorithm[]) => Promise<Opened>;

function isSource(data: unknown): data is Source {
  return typeof data === "object" && data !== null && "describe" in data && "read" in data;
}

/** Sites as an image of these algorithms would make them at their nodes. */
export function worldOf(
  sites: readonly LocalSite[],
  algorithms: readonly AnyAlgorithm[],
  keys: readonly PrivateKey[] = [],
): FakeWorld {
  const all = [...algorithms, describe as AnyAlgorithm, attrition as AnyAlgorithm];
  const made = sites.map(({ name, rows, databases, policy, reason }) =>
    createSite({
      name,
      databases: Object.fromEntries(
        Object.entries(databases ?? { default: rows }).map(([label, data]) => [
          label,
          isSource(data) ? data : rowsSource(data as readonly Row[]),
        ]),
      ),
      policy:
        typeof policy === "object" && "open" in policy ? (policy as Policy) : parsePolicy(policy, reason),
      algorithms: all,
    }),
  );
  return new FakeWorld(programsOf(made, all), keys);
}

const image = "registry.example.org/konsil:1";

export const openLocal: Open = async (sites) => ({
  federation: await localFederation(sites),
  close: async () => undefined,
});

/** Over a server of this process, without HTTP. */
export function openDirect(collaboration: string, keys: readonly PrivateKey[], hasBlobs = false): Open {
  return async (sites, algorithms) => {
    const world = worldOf(sites, algorithms, keys);
    world.hasBlobs = hasBlobs;
    const federation = await serverFederation(
      {
        server: directServer(world),
        privateKey: collaboration === "sealed" ? keys[0] : undefined,
        knownKeys: memoryKnownKeys(),
        pace: fastPace,
      },
      { collaboration, image },
    );
    return { federation, close: async () => undefined };
  };
}
