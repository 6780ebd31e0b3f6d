import { EncryptionError } from "@konsil/core";
import { type PrivateKey, parsePublicKey } from "../crypto/index.ts";
import type { Dialect } from "./dialect/index.ts";
import type { Organization } from "./model/index.ts";
import type { Send } from "./resources/resource.ts";
import type { OwnKeys } from "./server.ts";

function noKey(): EncryptionError {
  return new EncryptionError(
    "KEY_INVALID",
    "No private key was given, so there is no public one to publish. Make one with generatePrivateKey(), keep it with writePrivateKey(), and give it: connect(address, { …, privateKey }).",
  );
}

/** The key pair of the organization `home`. */
export function ownKeys(send: Send, dialect: Dialect, key: PrivateKey | undefined, home: number): OwnKeys {
  const organization = (): Promise<Organization> => send(dialect.organizations.get(home));
  const other = ({ name }: Organization, own: string, there: string): EncryptionError =>
    new EncryptionError(
      "KEY_CHANGED",
      `The server has another public key of your organization "${name}" than yours, and a key is never replaced from here: whatever was encrypted for it could not be read any more.
  yours:         ${own}
  at the server: ${there}
Nothing was changed. Use the private key that belongs to the one at the server: your organization's node has it. If that key is lost, an administrator of your organization removes it at the server first.`,
    );
  return {
    own: key?.publicKey.fingerprint,
    async published() {
      const { publicKey, name } = await organization();
      return publicKey === null ? undefined : parsePublicKey(publicKey, `organization "${name}"`).fingerprint;
    },
    async publishKey() {
      if (key === undefined) throw noKey();
      const { fingerprint } = key.publicKey;
      const before = await organization();
      if (before.publicKey !== null) {
        // A key that cannot be read is not replaced either: KEY_INVALID says why.
        const there = parsePublicKey(before.publicKey, `organization "${before.name}"`).fingerprint;
        if (there !== fingerprint) throw other(before, fingerprint, there);
        return "known";
      }
      await send(dialect.organizations.publishKey(home, key.publicKey.toText()));
      // Two people may do this at once; the server takes the later one.
      const after = await organization();
      const there = parsePublicKey(after.publicKey, `organization "${after.name}"`).fingerprint;
      if (there !== fingerprint) throw other(after, fingerprint, there);
      return "published";
    },
  };
}
