import { createHmac, timingSafeEqual } from "node:crypto";
import { header, type Message, parentHeader } from "./message.ts";

const delimiter = Buffer.from("<IDS|MSG>");

/** What comes in at a socket until it is closed, also where that happens while something arrives. */
export async function* incoming(socket: Readable): AsyncGenerator<Uint8Array[]> {
  try {
    for await (const frames of socket) yield frames;
  } catch (error) {
    if (!socket.closed) throw error;
  }
}

interface Readable extends AsyncIterable<Uint8Array[]> {
  readonly closed: boolean;
}

/** HMAC-SHA256 over the four dictionaries, as the protocol wants it. */
function signature(key: string, parts: readonly (string | Uint8Array)[]): Buffer {
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

/** The frames of a request. */
export function encode(key: string, head: object, content: object): (string | Buffer)[] {
  const parts = [head, {}, {}, content].map((part) => JSON.stringify(part));
  return [delimiter, signature(key, parts).toString("hex"), ...parts];
}

/** A message, or why it is dropped. */
export function decode(key: string, frames: readonly Uint8Array[]): Message | "unsigned" | "malformed" {
  const at = frames.findIndex((frame) => delimiter.equals(frame));
  // Bytes that follow the four dictionaries are attachments of widgets, which the signature leaves out.
  const [signed, ...parts] = frames.slice(at + 1, at + 6);
  if (at < 0 || signed === undefined || parts.length < 4) return "malformed";
  const given = Buffer.from(Buffer.from(signed).toString("latin1"), "hex");
  const right = signature(key, parts);
  if (signed.length !== 2 * right.length || given.length !== right.length || !timingSafeEqual(given, right))
    return "unsigned";
  try {
    const [head, parent, , content] = parts.map(
      (part) => JSON.parse(Buffer.from(part).toString()) as unknown,
    );
    return {
      header: header.parse(head),
      parent: parentHeader.parse(parent).msg_id,
      content,
    };
  } catch {
    return "malformed";
  }
}
