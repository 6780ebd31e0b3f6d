import { join } from "node:path";
import { type AnalysisEvent, connect, type LocalSite, readPrivateKey, type Server } from "konsil";
import { breastCancer } from "konsil/examples";
import type { Opened } from "../../packages/sdk/test/remote/conformance.ts";

/** What `npm run test:vantage6` tells of the stack that it started. */
function told(name: string): string {
  const value = process.env[name];
  if (value === undefined)
    throw new Error(`${name} is not set: these tests are run by \`npm run test:vantage6\`.`);
  return value;
}

export const serverUrl: string = told("KONSIL_SERVER_URL");
export const storeUrl: string = told("KONSIL_STORE_URL");
export const password: string = told("KONSIL_PASSWORD");
export const image: string = told("KONSIL_IMAGE");
export const python: string = told("KONSIL_PYTHON");

export const keyFile = (organization: string): string => join(told("KONSIL_KEYS"), `${organization}.pem`);

/** The organizations that have nodes, in the order of their numbers at the server. */
export const organizations: readonly string[] = ["oslo", "leeds", "heidelberg"];

/** The same sites in this process: with the open policy of the data, or with a hospital's default one. */
export function sitesHere(policy: "open" | "hospital"): readonly LocalSite[] {
  return organizations.map((name) => {
    const site = breastCancer.find((one) => one.name === name);
    if (site === undefined) throw new Error(`The example has no site "${name}".`);
    return policy === "open"
      ? { ...site, reason: "public data of R's survival package" }
      : { ...site, policy: undefined, reason: undefined };
  });
}

/** A researcher; without a key only where nothing is encrypted. */
export async function researcher(organization = "oslo", hasKey = true): Promise<Server> {
  return connect(serverUrl, {
    username: organization,
    password,
    ...(hasKey ? { privateKey: await readPrivateKey(keyFile(organization)) } : {}),
  });
}

/** A collaboration as cases of conformance have it. */
export async function opened(collaboration: string | number): Promise<Opened> {
  const all = await (await researcher()).collaborations.list().all();
  const { encrypted } = all.find(({ id, name }) => id === collaboration || name === collaboration) ?? {};
  // A key that is not used is warned of, which sites of this process have no cause for.
  const server = await researcher("oslo", encrypted);
  return { federation: await server.federation({ collaboration, image }), close: async () => undefined };
}

/** A value without what no two runs have in common. */
export function valueIn(result: { toJSON(): object }): object {
  const { report: _report, ...value } = result.toJSON() as Readonly<Record<string, unknown>>;
  return JSON.parse(JSON.stringify(value)) as object;
}

/** Resolves when an analysis has begun a round. */
export async function begun(number: number, events: AsyncIterable<AnalysisEvent>): Promise<void> {
  for await (const event of events) if (event.type === "round-started" && event.round === number) return;
}
