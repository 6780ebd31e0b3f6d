import { EncryptionError, type FirstKey } from "@konsil/core";
import { type KnownKeys, type PublicKey, parsePublicKey } from "../crypto/index.ts";

/** An organization, and its public key as the server has it. */
export interface Keyed {
  readonly id: number;
  readonly name: string;
  readonly publicKey: string | null;
}

/** Keys by organization, or what is wrong with them. */
export interface CheckedKeys {
  readonly keys: ReadonlyMap<number, PublicKey>;
  readonly errors: ReadonlyMap<number, EncryptionError>;
  /** Those that were not known before, and now are. */
  readonly first: readonly FirstKey[];
}

/**
 * Public keys at a server, each held to what is known of it before anything is encrypted with it.
 * @throws EncryptionError KEY_EXPOSED where what is known can be changed by others
 */
export async function checkedKeys(
  server: string,
  organizations: readonly Keyed[],
  known: KnownKeys,
): Promise<CheckedKeys> {
  const keys = new Map<number, PublicKey>();
  const errors = new Map<number, EncryptionError>();
  const first: FirstKey[] = [];
  for (const { id, name, publicKey } of organizations) {
    try {
      const key = parsePublicKey(publicKey, `organization "${name}"`);
      if ((await known.check({ server, organization: id, name }, key)) === "first")
        first.push({ site: name, fingerprint: key.fingerprint });
      keys.set(id, key);
    } catch (error) {
      if (!(error instanceof EncryptionError) || error.code === "KEY_EXPOSED") throw error;
      errors.set(id, error);
    }
  }
  return { keys, errors, first };
}

/** What whoever has a private key is to know of a collaboration in which it is not used. */
export function notEncrypted(collaboration: string): string {
  return `The collaboration "${collaboration}" is not encrypted, so that the server can read what is asked and what sites answer: your private key is not used. If it is meant to be encrypted, ask its administrators.`;
}
