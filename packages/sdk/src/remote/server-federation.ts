import { ArgumentError, checkOptionNames, suggestion } from "@konsil/core";
import { type KnownKeys, type PrivateKey, requireOwnKey } from "../crypto/index.ts";
import { type Federation, makeFederation } from "../federation/index.ts";
import { notEncrypted } from "./checked-keys.ts";
import { checkDatabases, databaseLabels } from "./database-labels.ts";
import { checkImage } from "./image-name.ts";
import { Keys } from "./keys.ts";
import { plainCipher } from "./message.ts";
import { type Pace, usualPace } from "./pace.ts";
import { preflight } from "./preflight.ts";
import { releaseImage } from "./release-image.ts";
import { type RemoteSite, RemoteTransport } from "./remote-transport.ts";
import type { Named, PortCollaboration, PortOrganization, ServerPort } from "./server-port.ts";

/** Who takes part, and with which program. Names are as the server has them; numbers are its ids. */
export interface ServerFederationOptions {
  readonly collaboration: string | number;
  /** Some organizations of the collaboration, by the name that the server gives them. */
  readonly study?: string | number | undefined;
  /** Some organizations. Without it all of the study or the collaboration that have a node. */
  readonly organizations?: readonly (string | number)[] | undefined;
  /** The image of algorithms. Default: that of this release. */
  readonly image?: string | undefined;
  /**
   * Labels at the nodes of the databases that analyses read, by the names that analyses give them:
   * { default: "registry_2024" }. Where it is given it names them all; without it names are labels.
   */
  readonly databases?: Readonly<Record<string, string>> | undefined;
  /** Whether the server's events are listened to. They save waiting; nothing depends on them. Default true. */
  readonly events?: boolean | undefined;
  /**
   * Seconds in which a server may still make a task after it was sent, though it did not say so: in this time nothing
   * is sent again. Longer than anything on the way, such as a web server before it, lets a request wait. Default 900;
   * 0 is for whoever has made sure that no task comes any more.
   */
  readonly taskHorizon?: number | undefined;
}

/** What a federation needs besides a server. */
export interface FederationParts {
  readonly server: ServerPort;
  readonly privateKey: PrivateKey | undefined;
  readonly knownKeys: KnownKeys;
  readonly pace?: Partial<Pace> | undefined;
  /** Milliseconds that an answer may take, where it is not the client's usual time. */
  readonly timeout?: number | undefined;
}

const known: readonly (keyof ServerFederationOptions)[] = [
  "collaboration",
  "study",
  "organizations",
  "image",
  "databases",
  "events",
  "taskHorizon",
];

/** A week. */
const longestHorizon = 604_800;

function checkOptions(options: ServerFederationOptions): void {
  if (typeof options !== "object" || options === null)
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      'server.federation() needs options, such as { collaboration: "DigiONE" }.',
    );
  checkOptionNames("server.federation()", options, known);
  const isName = (value: unknown): boolean =>
    (typeof value === "string" && value !== "") || Number.isSafeInteger(value);
  if (options.collaboration !== undefined && !isName(options.collaboration))
    throw new ArgumentError("ARGUMENT_INVALID", "`collaboration` must be a name or a number.");
  if (options.study !== undefined && !isName(options.study))
    throw new ArgumentError("ARGUMENT_INVALID", "`study` must be a name or a number.");
  if (
    options.organizations !== undefined &&
    (!Array.isArray(options.organizations) ||
      options.organizations.length === 0 ||
      !options.organizations.every(isName))
  )
    throw new ArgumentError("ARGUMENT_INVALID", "`organizations` must be a list of names or numbers.");
  if (options.image !== undefined) checkImage(options.image, "server.federation()");
  const { taskHorizon } = options;
  if (taskHorizon !== undefined && !(taskHorizon >= 0 && taskHorizon <= longestHorizon))
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      `\`taskHorizon\` must be a number of seconds from 0 to ${longestHorizon}.`,
    );
  checkDatabases(options.databases);
}

/** The one of this name or number. @throws ArgumentError COLLABORATION_UNKNOWN */
function chosen<T extends Named>(all: readonly T[], wanted: string | number, what: string): T {
  const found = all.filter((one) => (typeof wanted === "number" ? one.id === wanted : one.name === wanted));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  if (found.length > 1)
    throw new ArgumentError(
      "COLLABORATION_UNKNOWN",
      `${found.length} ${what === "study" ? "studies" : `${what}s`} are named "${wanted}". Give the number instead: ${found.map(({ id }) => id).join(" or ")}.`,
    );
  const noun = what === "study" ? "Studies" : `${what[0]?.toUpperCase()}${what.slice(1)}s`;
  const names = all.map(({ name }) => name);
  throw new ArgumentError(
    "COLLABORATION_UNKNOWN",
    typeof wanted === "number"
      ? `There is no ${what} ${wanted} that you may see. ${noun}: ${all.map(({ id, name }) => `${name} (${id})`).join(", ")}.`
      : `There is no ${what} "${wanted}" that you may see. ${suggestion(wanted, names, noun)}`,
  );
}

function imageOf({ image }: ServerFederationOptions): string {
  const named = image ?? releaseImage();
  if (named === null)
    throw new ArgumentError(
      "IMAGE_UNKNOWN",
      'This version of Konsil is no release, and has no image of algorithms of its own. Name the one that the nodes are to run: server.federation({ …, image: "registry.example.org/konsil:1" }).',
    );
  return named;
}

function checkTwins(sites: readonly RemoteSite[]): void {
  for (const [i, { name }] of sites.entries()) {
    const twin = sites.findIndex((site) => site.name === name);
    if (twin < i)
      throw new ArgumentError(
        "COLLABORATION_UNKNOWN",
        `Two organizations are named "${name}" (${sites[twin]?.organization} and ${sites[i]?.organization}), and an answer must say whose it is. Choose one by its number: { organizations: [${sites[twin]?.organization}, …] }, or ask the server's administrator to rename one.`,
      );
  }
}

async function sitesOf(
  server: ServerPort,
  { organizations: wanted }: ServerFederationOptions,
  collaboration: PortCollaboration,
  study: Named | undefined,
): Promise<readonly RemoteSite[]> {
  const [members, nodes] = await Promise.all([
    server.organizations
      .list(study === undefined ? { collaboration: collaboration.id } : { study: study.id })
      .all(),
    server.nodes.list({ collaboration: collaboration.id }).all(),
  ]);
  const named: readonly PortOrganization[] =
    wanted === undefined
      ? // Whoever has no node, such as the researcher's own university, has no data there.
        members.filter(({ id }) => nodes.some((node) => node.organization.id === id))
      : wanted.map((one) => chosen(members, one, "organization"));
  const ids = new Set(named.map(({ id }) => id));
  const sites = named
    .filter(({ id }) => ids.delete(id))
    .map(({ id, name }): RemoteSite => ({ name, organization: id }))
    .sort((a, b) => a.organization - b.organization);
  checkTwins(sites);
  if (sites.length === 0)
    throw new ArgumentError(
      "COLLABORATION_UNKNOWN",
      `No organization of ${study === undefined ? `the collaboration "${collaboration.name}"` : `the study "${study.name}"`} has a node. Ask the server's administrator to register one.`,
    );
  return sites;
}

function keysOf(
  { server, privateKey, knownKeys }: FederationParts,
  collaboration: PortCollaboration,
  sites: readonly RemoteSite[],
): Keys | undefined {
  if (!collaboration.encrypted) return undefined;
  return new Keys({
    server,
    known: knownKeys,
    own: requireOwnKey(privateKey, collaboration.name),
    home: server.user.organization.id,
    collaboration: collaboration.id,
    sites,
  });
}

/**
 * A federation over a vantage6 server. Nothing is sent to a node before an analysis is run.
 * @throws ArgumentError COLLABORATION_UNKNOWN, IMAGE_UNKNOWN; EncryptionError KEY_INVALID without a private key,
 * ENCRYPTION_MISMATCH where the collaboration was encrypted before
 */
export async function serverFederation(
  parts: FederationParts,
  options: ServerFederationOptions,
): Promise<Federation> {
  checkOptions(options);
  const { server } = parts;
  const image = imageOf(options);
  const collaborations = await server.collaborations.list().all();
  const names = collaborations.map(({ name }) => name);
  if (options.collaboration === undefined)
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      `\`collaboration\` must be a name or a number. ${suggestion("", names, "Collaborations")}`,
    );
  const collaboration = chosen(collaborations, options.collaboration, "collaboration");
  const study =
    options.study === undefined
      ? undefined
      : chosen(await server.studies.list({ collaboration: collaboration.id }).all(), options.study, "study");
  const sites = await sitesOf(server, options, collaboration, study);
  await parts.knownKeys.checkEncryption(
    { server: server.address, collaboration: collaboration.id, name: collaboration.name },
    collaboration.encrypted,
  );
  const keys = keysOf(parts, collaboration, sites);
  const warning =
    keys === undefined && parts.privateKey !== undefined ? notEncrypted(collaboration.name) : undefined;
  const pace = { ...usualPace, ...parts.pace };
  const { taskHorizon } = options;
  // What is sent at the end of the time for an answer is at the server as late as that.
  const horizon = (taskHorizon === undefined ? pace.horizon : taskHorizon * 1000) + (parts.timeout ?? 0);
  const labels = databaseLabels(options.databases);
  const transport = new RemoteTransport({
    server,
    sites,
    collaboration: collaboration.id,
    encrypted: collaboration.encrypted,
    study: study?.id,
    image,
    labels,
    events: options.events === false ? undefined : server.events(),
    pace: { ...pace, horizon },
    cipher: keys === undefined ? async () => plainCipher : (signal) => keys.cipher(signal),
    preflight: (request, signal, tell) =>
      preflight(
        { server, sites, collaboration: collaboration.id, image, labels, keys, warning },
        request,
        signal,
        tell,
      ),
  });
  // Sites run the code of their image: nothing is registered from here, and what they keep ends with their containers.
  return makeFederation({
    transport,
    register: () => undefined,
    release: () => undefined,
    keys: async () => (await keys?.list()) ?? [],
  });
}
