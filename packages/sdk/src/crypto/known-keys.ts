import { ArgumentError, EncryptionError } from "@konsil/core";
import type { PublicKey } from "./public-key.ts";

/** Whose key it is. */
export interface KeyOwner {
  /** The server's address. */
  readonly server: string;
  /** The organization's number at that server, and its name for messages. */
  readonly organization: number;
  readonly name: string;
}

/** A key as it was when first seen. */
export interface KnownKey extends KeyOwner {
  readonly fingerprint: string;
  /** The day on which it was first seen, as year-month-day. */
  readonly since: string;
}

/**
 * Which public key each organization had when it was first seen: a server that gives out another one later, its own
 * say, is found out before anything is encrypted for it. Only a person changes what is known.
 */
export interface KnownKeys {
  /**
   * Holds a key to what is known of its owner; a first one becomes known.
   * @throws EncryptionError KEY_CHANGED
   */
  check(owner: KeyOwner, key: PublicKey): Promise<"first" | "known">;
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

/** Finds the known key of an owner, or makes one to be remembered. */
export function compareKeys(
  known: readonly KnownKey[],
  owner: KeyOwner,
  { fingerprint }: PublicKey,
  whatToDo: (index: number) => string,
): KnownKey | undefined {
  const server = address(owner.server);
  const index = known.findIndex(
    (key) =>
      key.organization === owner.organization &&
      address(key.server) === server &&
      key.fingerprint !== fingerprint,
  );
  const other = known[index];
  if (other !== undefined)
    throw new EncryptionError(
      "KEY_CHANGED",
      `The public key of organization "${owner.name}" (${owner.organization}) at ${server} is not the one known since ${other.since}.
  known: ${other.fingerprint}
  now:   ${fingerprint}
Nothing was encrypted for it. Either the organization made a new key, or somebody on the way, the server itself say, gave out a key of their own to read what you send. Ask the organization by telephone to read its fingerprint to you. If it is the new one, ${whatToDo(index)}; if not, tell the server's administrator.`,
    );
  const isKnown = known.some(
    (key) => key.organization === owner.organization && address(key.server) === server,
  );
  if (isKnown) return undefined;
  const since = new Date().toISOString().slice(0, 10);
  return { server, organization: owner.organization, name: owner.name, fingerprint, since };
}

/** Known keys for as long as the process lives. */
export function memoryKnownKeys(): KnownKeys {
  const known: KnownKey[] = [];
  return {
    async check(owner, key) {
      const first = compareKeys(known, owner, key, () => "begin again with new known keys");
      if (first === undefined) return "known";
      known.push(first);
      return "first";
    },
  };
}
