import { EncryptionError } from "@konsil/core";
import type { PrivateKey } from "./private-key.ts";
import { parsePublicKey } from "./public-key.ts";

/** The key with which answers in an encrypted collaboration are read. @throws EncryptionError KEY_INVALID without one */
export function requireOwnKey(own: PrivateKey | undefined, collaboration: string): PrivateKey {
  if (own !== undefined) return own;
  throw new EncryptionError(
    "KEY_INVALID",
    `The collaboration "${collaboration}" is encrypted, and sites' answers can be read with your organization's private key only. Give it: connect(address, { …, privateKey: await readPrivateKey("organization.pem") }).`,
  );
}

/** @throws EncryptionError KEY_INVALID when answers would be encrypted for another key than one's own */
export function checkOwnKey(
  own: PrivateKey,
  { name, publicKey }: { readonly name: string; readonly publicKey: string | null },
): void {
  const published = parsePublicKey(publicKey, `your organization "${name}"`);
  if (published.fingerprint === own.publicKey.fingerprint) return;
  throw new EncryptionError(
    "KEY_INVALID",
    `Your private key is not the one of your organization "${name}": what sites answer could not be read.
  yours:         ${own.publicKey.fingerprint}
  at the server: ${published.fingerprint}
Nothing was sent. Use the private key that your organization's node uses; one organization has one key.`,
  );
}
