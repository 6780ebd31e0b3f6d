import type { PrivateKey } from "../../src/crypto/index.ts";
import { memoryKnownKeys } from "../../src/crypto/index.ts";
import { serverFederation } from "../../src/remote/server-federation.ts";
import { dialectFor } from "../../src/vantage6/dialect/index.ts";
import { Requests } from "../../src/vantage6/http/index.ts";
import { makeServer } from "../../src/vantage6/make-server.ts";
import type { Server } from "../../src/vantage6/server.ts";
import { Session } from "../../src/vantage6/session.ts";
import { FakeServer } from "./fake-server/fake-server.ts";
import type { FakeWorld } from "./fake-server/fake-world.ts";
import { fastPace } from "./fast-pace.ts";
import { type Open, worldOf } from "./openings.ts";

/** A world behind HTTP, and our client of it, which waits milliseconds where it would wait seconds. */
export async function httpServer(world: FakeWorld): Promise<{ fake: FakeServer; server: Server }> {
  const fake = await new FakeServer(world).start();
  const manner = { timeout: 2000, pause: 1 };
  const requests = new Requests(fake.address, manner);
  const dialect = dialectFor("4.15.2", fake.address);
  const session = await Session.open(requests, dialect, { username: "anna", password: "Anna-password-1" });
  const user = await session.send(dialect.users.get(session.user));
  const server = makeServer({
    requests,
    dialect,
    session,
    user,
    manner,
    privateKey: undefined,
    knownKeys: memoryKnownKeys(),
    allowInsecure: false,
  });
  return { fake, server };
}

/** Over HTTP, with our client. */
export function openHttp(collaboration: string, keys: readonly PrivateKey[], hasBlobs = false): Open {
  return async (sites, algorithms) => {
    const world = worldOf(sites, algorithms, keys);
    world.hasBlobs = hasBlobs;
    const { fake, server } = await httpServer(world);
    const federation = await serverFederation(
      {
        server,
        privateKey: collaboration === "sealed" ? keys[0] : undefined,
        knownKeys: memoryKnownKeys(),
        pace: fastPace,
      },
      { collaboration, image: "registry.example.org/konsil:1", events: false },
    );
    return { federation, close: () => fake.stop() };
  };
}
