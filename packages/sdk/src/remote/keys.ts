import type { EncryptionError, FirstKey, Undelivered } from "@konsil/core";
import { checkOwnKey, type KnownKeys, knownOf, type PrivateKey, parsePublicKey } from "../crypto/index.ts";
import type { SiteKey } from "../federation/index.ts";
import { checkedKeys } from "./checked-keys.ts";
import { type Cipher, envelopeCipher } from "./message.ts";
import type { RemoteSite } from "./remote-transport.ts";
import type { ServerPort } from "./server-port.ts";

export interface KeyOptions {
  readonly server: ServerPort;
  readonly known: KnownKeys;
  readonly own: PrivateKey;
  /** The researcher's organization. */
  readonly home: number;
  readonly collaboration: number;
  readonly sites: readonly RemoteSite[];
}

interface Loaded {
  readonly cipher: Cipher;
  readonly errors: ReadonlyMap<number, EncryptionError>;
}

/**
 * The public keys of a collaboration's organizations, each held to what is known of it before anything is encrypted
 * with it.
 */
export class Keys {
  readonly #of: KeyOptions;
  #loaded: Loaded | undefined;
  #first: FirstKey[] = [];

  constructor(options: KeyOptions) {
    this.#of = options;
  }

  /** @throws EncryptionError from what it makes of a message to an organization whose key is wrong, or not what it was */
  async cipher(signal?: AbortSignal): Promise<Cipher> {
    return (this.#loaded ?? (await this.#load(signal))).cipher;
  }

  /**
   * What is wrong with the keys of sites, as the server has them now.
   * @throws EncryptionError KEY_INVALID when answers would be encrypted for another key than one's own
   */
  async problems(
    sites: readonly RemoteSite[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Omit<Undelivered, "site">>> {
    const { errors } = await this.#load(signal);
    return new Map(
      sites.flatMap(({ name, organization }) => {
        const error = errors.get(organization);
        if (error === undefined) return [];
        const message = error.message.replace(`  [${error.code}]`, "");
        return [[name, { failed: error.code, message }] as const];
      }),
    );
  }

  /** The keys that were seen for the first time since this was asked last. */
  takeFirst(): readonly FirstKey[] {
    const first = this.#first;
    this.#first = [];
    return first;
  }

  /** The sites' keys as the server has them now, beside what is known of them. None becomes known by it. */
  async list(): Promise<readonly SiteKey[]> {
    const { server, known, collaboration, sites } = this.#of;
    const [organizations, all] = await Promise.all([
      server.organizations.list({ collaboration }).all(),
      known.list(),
    ]);
    return sites.map(({ name, organization }) => {
      const published = organizations.find(({ id }) => id === organization)?.publicKey;
      const [was] = knownOf(all, { server: server.address, organization, name });
      return {
        site: name,
        fingerprint: fingerprintOf(published),
        known: was?.fingerprint ?? null,
        since: was?.since ?? null,
      };
    });
  }

  async #load(signal: AbortSignal | undefined): Promise<Loaded> {
    const { server, known, own, home, collaboration, sites } = this.#of;
    const { organizations: asked } = signal === undefined ? server : server.within(signal);
    const [organizations, mine] = await Promise.all([asked.list({ collaboration }).all(), asked.get(home)]);
    checkOwnKey(own, mine);
    const { keys, errors, first } = await checkedKeys(
      server.address,
      sites.map(({ name, organization }) => ({
        id: organization,
        name,
        publicKey: organizations.find(({ id }) => id === organization)?.publicKey ?? null,
      })),
      known,
    );
    this.#first.push(...first);
    this.#loaded = { cipher: refusing(envelopeCipher(own, keys), errors), errors };
    return this.#loaded;
  }
}

/** Null for what is no key. */
function fingerprintOf(published: string | null | undefined): string | null {
  try {
    return parsePublicKey(published, "").fingerprint;
  } catch {
    return null;
  }
}

function refusing(cipher: Cipher, errors: ReadonlyMap<number, EncryptionError>): Cipher {
  const check = (organization: number): void => {
    const error = errors.get(organization);
    if (error !== undefined) throw error;
  };
  return {
    text(plain, organization) {
      check(organization);
      return cipher.text(plain, organization);
    },
    blob(plain, organization) {
      check(organization);
      return cipher.blob(plain, organization);
    },
    read: (message) => cipher.read(message),
  };
}
