import { EncryptionError } from "@konsil/core";
import { encodePlain } from "./plain.ts";
import type { PublicKey } from "./public-key.ts";

/** How messages to organizations are written: as they are in base64, or in envelopes; as text, or for the blob store. */
export interface MessageWriter {
  text(plain: Uint8Array, organization: number): string;
  blob(plain: Uint8Array, organization: number): Uint8Array;
}

export const plainWriter: MessageWriter = {
  text: (plain) => encodePlain(plain),
  blob: (plain) => new TextEncoder().encode(encodePlain(plain)),
};

/** For a collaboration with encryption: each organization's messages for its own key. */
export function envelopeWriter(keys: ReadonlyMap<number, PublicKey>): MessageWriter {
  const keyOf = (organization: number): PublicKey => {
    const key = keys.get(organization);
    // Nothing is ever sent in clear instead.
    if (key === undefined)
      throw new EncryptionError("KEY_INVALID", `Organization ${organization} has no public key.`);
    return key;
  };
  return {
    text: (plain, organization) => keyOf(organization).encrypt(plain),
    blob: (plain, organization) => keyOf(organization).encryptBlob(plain),
  };
}

/** The same for each of these organizations; by `upload` where the server has a store for blobs. */
export async function writeInputs(
  plain: Uint8Array,
  organizations: readonly number[],
  writer: MessageWriter,
  upload: ((bytes: Uint8Array) => Promise<string>) | undefined,
): Promise<readonly { readonly organization: number; readonly input: string }[]> {
  return await Promise.all(
    organizations.map(async (organization) => ({
      organization,
      input:
        upload === undefined
          ? writer.text(plain, organization)
          : await upload(writer.blob(plain, organization)),
    })),
  );
}
