import { EncryptionError } from "@konsil/core";
import { type PrivateKey, parsePublicKey } from "@konsil/sdk";
import type { NodeServer } from "./node-server.ts";

/** How messages cross the server: in base64, or in envelopes. */
export interface NodeCipher {
  /** For one organization. */
  seal(plain: Uint8Array, organization: number): Promise<string>;
  /** @throws EncryptionError ENVELOPE_INVALID */
  open(message: string): Uint8Array;
}

const plainCipher: NodeCipher = {
  seal: async (plain) => Buffer.from(plain).toString("base64"),
  open: (message) => new Uint8Array(Buffer.from(message, "base64")),
};

/** @throws EncryptionError KEY_INVALID where the collaboration is encrypted and there is no key */
export function nodeCipher(server: NodeServer, key: PrivateKey | undefined): NodeCipher {
  const { isEncrypted, name } = server.collaboration;
  if (!isEncrypted) return plainCipher;
  if (key === undefined)
    throw new EncryptionError(
      "KEY_INVALID",
      `The collaboration "${name}" is encrypted, and its tasks can be read with the private key of "${server.organization.name}" only. Give it: --private-key organization.pem. Make one with generatePrivateKey() and writePrivateKey().`,
    );
  return {
    seal: async (plain, organization) =>
      parsePublicKey(await server.publicKey(organization), `organization ${organization}`).encrypt(plain),
    open: (message) => key.decrypt(message),
  };
}
