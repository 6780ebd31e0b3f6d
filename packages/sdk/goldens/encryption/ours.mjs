// Writes ours.json: a new key and messages by Konsil, for vantage6's Python to read. See README.md.
import { writeFileSync } from "node:fs";
import { generatePrivateKey, parsePublicKey } from "@konsil/sdk";

const key = await generatePrivateKey();
const publicKey = parsePublicKey(key.publicKey.toText());
const json = (value) => new TextEncoder().encode(JSON.stringify(value));
const plain = {
  input: json({ method: "partial", args: [], kwargs: { column: "age" } }),
  unicode: json({ s: 'blåbær €uro 漢字 🧪 \u0000 " \\ \n' }),
  null: json(null),
  number: json(1234),
  string: json("abcd"),
  long: json(Array.from({ length: 300 }, (_, i) => i / 7)),
};
const messages = Object.entries(plain).flatMap(([name, bytes]) => {
  const plaintext_base64 = Buffer.from(bytes).toString("base64");
  return [
    { name: `${name}, text`, plaintext_base64, text: publicKey.encrypt(bytes) },
    {
      name: `${name}, blob`,
      plaintext_base64,
      blob_base64: Buffer.from(publicKey.encryptBlob(bytes)).toString("base64"),
    },
  ];
});
const ours = { made_by: "ours.mjs", private_key: key.toPem(), public_key: publicKey.toText(), messages };
writeFileSync(new URL("ours.json", import.meta.url), `${JSON.stringify(ours, null, 1)}\n`);
