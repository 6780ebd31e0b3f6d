import { type AnyAlgorithm, createSite, describe, parsePolicy, rowsSource } from "@konsil/core";
import type { KnownKeys, PrivateKey } from "../../src/crypto/index.ts";
import { memoryKnownKeys } from "../../src/crypto/index.ts";
import type { Federation } from "../../src/federation/index.ts";
import { type ServerFederationOptions, serverFederation } from "../../src/remote/server-federation.ts";
import { mean, rowsTo } from "../mean.ts";
import { directServer } from "./fake-server/direct-server.ts";
import { FakeWorld } from "./fake-server/fake-world.ts";
import { fastPace } from "./fast-pace.ts";
import { programsOf } from "./programs.ts";

export const sizes: Readonly<Record<string, number>> = { oslo: 11, leeds: 12, tartu: 13 };
export const total = 11 + 12 + 13;
export const image = "registry.example.org/konsil:1";

const algorithms = [mean, describe] as readonly AnyAlgorithm[];

/** Three sites with a node each, in a collaboration without encryption and in one with it. */
export function world(keys: readonly PrivateKey[] = []): FakeWorld {
  const sites = Object.entries(sizes).map(([name, size]) =>
    createSite({
      name,
      databases: { default: rowsSource(rowsTo(size)) },
      policy: parsePolicy("open", "rows made up by a test"),
      algorithms,
    }),
  );
  return new FakeWorld(programsOf(sites, algorithms), keys);
}

/** A federation over that world, without HTTP between them. */
export async function federationOf(
  of: FakeWorld,
  options: Partial<ServerFederationOptions> = {},
  own?: { readonly key?: PrivateKey | undefined; readonly known?: KnownKeys },
): Promise<Federation> {
  return await serverFederation(
    {
      server: directServer(of),
      privateKey: own?.key,
      knownKeys: own?.known ?? memoryKnownKeys(),
      pace: fastPace,
    },
    { collaboration: "plain", image, ...options },
  );
}
