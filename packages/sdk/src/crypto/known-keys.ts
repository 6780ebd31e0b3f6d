import { ArgumentError, EncryptionError } from "@konsil/core";
import type { PublicKey } from "./public-key.ts";

/** Whose key it is. */
export interface KeyOwner {
  /** The server's address. */
  readonly server: string;
  /** The organization's number at that server, and the name by which people know it. */
  readonly organization: number;
  readonly name: string;
}

/** A key as it was when first seen. */
export interface KnownKey extends KeyOwner {
  readonly fingerprint: string;
  /** The day on which it was first seen, as year-month-day. */
  readonly since: string;
}

/** A collaboration at a server, by its number and its name. */
export interface CollaborationOf {
  readonly server: string;
  readonly collaboration: number;
  readonly name: string;
}

/** A collaboration that was encrypted when it was first seen. */
export interface KnownEncryption extends CollaborationOf {
  readonly encrypted: true;
  readonly since: string;
}

/** One thing that is remembered. */
export type Known = KnownKey | KnownEncryption;

/**
 * Which public key each organization had when it was first seen, and which collaborations were encrypted: a server that
 * gives out another key later, its own say, or says that nothing is encrypted any more, is found out before anything is
 * sent. Only a person changes what is known.
 */
export interface KnownKeys {
  /**
   * Holds a key to what is known of its owner, by number and by name; a first one becomes known.
   * @throws EncryptionError KEY_CHANGED
   */
  check(owner: KeyOwner, key: PublicKey): Promise<"first" | "known">;
  /**
   * Holds a collaboration to having been encrypted; one that is becomes known.
   * @throws EncryptionError ENCRYPTION_MISMATCH
   */
  checkEncryption(collaboration: CollaborationOf, encrypted: boolean): Promise<void>;
  /** All keys that are known. */
  list(): Promise<readonly KnownKey[]>;
}

/** What is known while somebody works with it, alone. */
export interface Memory {
  readonly known: readonly Known[];
  readonly add: (known: Known) => Promise<void>;
  /** What a person does to have these forgotten, by their places in `known`. */
  readonly toForget: (places: readonly number[]) => string;
}

/** One text for one server: "HTTPS://V6.example.org:443/api/" is "https://v6.example.org/api". */
function address(server: string): string {
  if (!URL.canParse(server))
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      `"${server}" is not the address of a server. Write it like "https://v6.example.org/api".`,
    );
  const { origin, pathname } = new URL(server);
  return origin + pathname.replace(/\/+$/, "");
}

const isKey = (known: Known): known is KnownKey => "fingerprint" in known;
const today = (): string => new Date().toISOString().slice(0, 10);

/** What is known of an owner: what has its number or its name, that which has both first. */
export function knownOf(known: readonly Known[], { server, organization, name }: KeyOwner): KnownKey[] {
  const asked = address(server);
  const both = (key: KnownKey): number => Number(key.organization === organization && key.name === name);
  return known
    .filter(isKey)
    .filter((key) => address(key.server) === asked)
    .filter((key) => key.organization === organization || key.name === name)
    .sort((a, b) => both(b) - both(a));
}

async function checkKey(
  { known, add, toForget }: Memory,
  owner: KeyOwner,
  { fingerprint }: PublicKey,
): Promise<"first" | "known"> {
  const { organization, name } = owner;
  const server = address(owner.server);
  const held = knownOf(known, owner);
  const isThis = (key: KnownKey): boolean =>
    key.organization === organization && key.name === name && key.fingerprint === fingerprint;
  // That two organizations have one name is known only where a person wrote it down.
  const hasLine = held.some(isThis);
  const others = held.filter(
    (key) => key.fingerprint !== fingerprint && (key.organization === organization || !hasLine),
  );
  const [other] = others;
  if (other !== undefined) {
    const then =
      other.organization !== organization
        ? `, when it was organization ${other.organization}`
        : other.name !== name
          ? `, when its name was "${other.name}"`
          : "";
    throw new EncryptionError(
      "KEY_CHANGED",
      `The public key of organization "${name}" (${organization}) at ${server} is not the one known since ${other.since}${then}.
  known: ${other.fingerprint}
  now:   ${fingerprint}
Nothing was encrypted for it. Either the organization made a new key, or somebody on the way, the server itself say, gave out a key of their own to read what you send. Ask the organization by telephone to read its fingerprint to you. If it is the new one, ${toForget(others.map((key) => known.indexOf(key)))}; if not, tell the server's administrator.`,
    );
  }
  // The key under a new number or a new name too: neither can be given to another key later.
  if (!hasLine) await add({ server, organization, name, fingerprint, since: today() });
  return held.length === 0 ? "first" : "known";
}

async function checkCollaboration(
  { known, add, toForget }: Memory,
  { collaboration, name, ...of }: CollaborationOf,
  encrypted: boolean,
): Promise<void> {
  const server = address(of.server);
  const held = known.filter(
    (one): one is KnownEncryption =>
      !isKey(one) &&
      address(one.server) === server &&
      (one.collaboration === collaboration || one.name === name),
  );
  const [first] = held;
  if (!encrypted && first !== undefined)
    throw new EncryptionError(
      "ENCRYPTION_MISMATCH",
      `The server ${server} says that the collaboration "${name}" (${collaboration}) is not encrypted, and it was on ${first.since}. Nothing was sent. Either its administrators turned encryption off, or somebody, the server itself say, wants to read what you send and what sites answer. Ask the organizations by telephone. If it is meant, ${toForget(held.map((one) => known.indexOf(one)))}; if not, tell them all.`,
    );
  if (encrypted && !held.some((one) => one.collaboration === collaboration && one.name === name))
    await add({ server, collaboration, name, encrypted, since: today() });
}

/** Known keys over a memory; `open` gives it to one at a time, to be written to or only read. */
export function knownKeysIn(
  open: <T>(access: "read" | "write", work: (memory: Memory) => Promise<T>) => Promise<T>,
): KnownKeys {
  return {
    check: (owner, key) => open("write", (memory) => checkKey(memory, owner, key)),
    checkEncryption: (collaboration, encrypted) =>
      open(encrypted ? "write" : "read", (memory) => checkCollaboration(memory, collaboration, encrypted)),
    list: () => open("read", async ({ known }) => known.filter(isKey)),
  };
}

/** Known keys for as long as the process lives. */
export function memoryKnownKeys(): KnownKeys {
  const known: Known[] = [];
  const memory: Memory = {
    known,
    // No turn passes between a check and this: what is asked at once is kept in order.
    add: async (one) => {
      known.push(one);
    },
    toForget: () => "begin again with new known keys",
  };
  return knownKeysIn((_access, work) => work(memory));
}
