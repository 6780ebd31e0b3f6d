import { isUtf8 } from "node:buffer";

/** Bytes that are encoded at once: whole groups of base64. */
const piece = 3 * 2 ** 14;

/** A text in pieces that split no character. */
function* piecesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const isSplit = ((text.charCodeAt(at + piece - 1) || 0) & 0xfc00) === 0xd800;
    const end = at + piece - (isSplit ? 1 : 0);
    yield text.slice(at, end);
    at = end;
  }
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");

/** As JSON, with letters of all alphabets. */
const json = (text: string): string => JSON.stringify(text).slice(1, -1);

/** As Python's json.dumps. */
const jsonAscii = (text: string): string =>
  json(text).replace(/[\x7f-\uffff]/g, (unit) => `\\u${hex(unit.charCodeAt(0), 4)}`);

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };

/** As Python's ascii(). */
const ascii = (text: string): string =>
  text.replace(/[^\x20-\x5b\x5d-\x7e]/gu, (letter) => {
    const point = letter.codePointAt(0) as number;
    const written = point < 0x100 ? `\\x${hex(point, 2)}` : `\\u${hex(point, 4)}`;
    return short[letter] ?? (point > 0xffff ? `\\U${hex(point, 8)}` : written);
  });

/** As Python shows bytes. */
const shown = (text: string): string => ascii(Buffer.from(text).toString("latin1"));

const percented = (text: string): string =>
  Buffer.from(text)
    .toString("latin1")
    .replace(/[^\w.~-]/g, (byte) => `%${hex(byte.charCodeAt(0), 2)}`);

function* encoded(text: string, encode: (piece: string) => string): Generator<string> {
  for (const one of piecesOf(text)) yield encode(one).toLowerCase();
}

/** How much of the base64 of bytes that come after so many others is theirs alone. */
const begins = [0, 2, 3] as const;

/** Base64 of bytes that come after `offset` others, without what depends on those. */
function* base64(bytes: Buffer, offset: 0 | 1 | 2): Generator<string> {
  const first = Buffer.concat([Buffer.alloc(offset), bytes.subarray(0, piece - offset)]);
  yield first.toString("base64").slice(begins[offset]).toLowerCase();
  for (let at = piece - offset; at < bytes.length; at += piece)
    yield bytes
      .subarray(at, at + piece)
      .toString("base64")
      .toLowerCase();
}

function* hexadecimal(bytes: Buffer): Generator<string> {
  for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece).toString("hex");
}

/** One way in which something is written, piece by piece. */
export interface Encoding {
  readonly pieces: Iterable<string>;
  /** Whether it begins where what is written begins. */
  readonly isWhole: boolean;
}

const whole = (pieces: Iterable<string>): Encoding => ({ pieces, isWhole: true });

function* bytesWritten(bytes: Buffer): Generator<Encoding> {
  for (const offset of [0, 1, 2] as const) yield { pieces: base64(bytes, offset), isWhole: offset === 0 };
  yield whole(hexadecimal(bytes));
}

/** Whether a text is base64, as inputs of tasks are. */
function isBase64(text: string): boolean {
  return text.length >= 16 && text.length % 4 === 0 && !/[^A-Za-z0-9+/]/.test(text.replace(/={1,2}$/, ""));
}

/**
 * The ways in which a server, or what it is written in, writes what it was sent: as it is, and otherwise in small letters.
 * Each is made when it is asked for, piece by piece: inputs are large.
 * @param isInside whether it was found in what was sent, and is not looked into in turn
 */
export function* encodingsOf(sent: string | Uint8Array, isInside = false): Generator<Encoding> {
  const bytes =
    typeof sent === "string" ? Buffer.from(sent) : Buffer.from(sent.buffer, sent.byteOffset, sent.length);
  yield* bytesWritten(bytes);
  if (typeof sent !== "string" && !isUtf8(bytes)) {
    if (!isInside) yield whole(encoded(bytes.toString("latin1"), ascii));
    return;
  }
  const text = typeof sent === "string" ? sent : bytes.toString("utf8");
  yield whole(piecesOf(text));
  if (/\p{Lu}/u.test(text)) yield whole(encoded(text, (one) => one));
  if (/[^\w.~-]/.test(text)) yield whole(encoded(text, percented));
  const isAscii = bytes.length === text.length;
  const inJson = isAscii ? [json] : [json, jsonAscii];
  if (/[^\x20-\x7e]|["\\]/.test(text)) {
    for (const encode of [...inJson, ascii, ...(isAscii ? [] : [shown])]) yield whole(encoded(text, encode));
    for (const encode of inJson) yield* bytesWritten(Buffer.from(encode(text)));
  }
  // An input is looked into as well.
  if (!isInside && isBase64(text)) yield* encodingsOf(Buffer.from(text, "base64"), true);
}

const escaped =
  /\\(?:u\{([\da-fA-F]{1,6})\}|u([\da-fA-F]{4})|U([\da-fA-F]{8})|x([\da-fA-F]{2})|([0-7]{1,3})|([abfnrtv])|([^\s\w]))/g;
const control: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};
const entities: Readonly<Record<string, string>> = { quot: '"', apos: "'", amp: "&", lt: "<", gt: ">" };

function character(point: number, instead: string): string {
  return point <= 0x10ffff ? String.fromCodePoint(point) : instead;
}

/** What each undoes is one layer: a server may put several around what it says again. */
const layers: readonly ((text: string) => string)[] = [
  // Of JSON, Python and others.
  (text) =>
    text.replace(escaped, (found, braced, short4, long8, byte, octal, letter, other) => {
      const digits: unknown = braced ?? short4 ?? long8 ?? byte;
      if (typeof digits === "string") return character(Number.parseInt(digits, 16), found);
      if (typeof octal === "string") return character(Number.parseInt(octal, 8), found);
      return control[String(letter)] ?? String(other);
    }),
  // UTF-8 that was taken for letters of one byte.
  (text) => text.replace(/[\x80-\xff]+/g, (bytes) => Buffer.from(bytes, "latin1").toString("utf8")),
  // Of addresses and forms.
  (text) =>
    text.replace(/(?:%[\da-fA-F]{2})+/g, (bytes) =>
      Buffer.from(bytes.replaceAll("%", ""), "hex").toString("utf8"),
    ),
  (text) => text.replaceAll("+", " "),
  // Of HTML.
  (text) =>
    text.replace(/&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(\w+));/g, (found, decimal, digits, name) => {
      if (name !== undefined) return entities[String(name)] ?? found;
      return character(decimal === undefined ? Number.parseInt(String(digits), 16) : Number(decimal), found);
    }),
  // Of lines that were broken.
  (text) => text.replace(/[\p{Cc}\p{Cf}]+/gu, ""),
];

/** More than any server wraps what it says. */
const mostReadings = 64;

/** A text as it is and with what may be written around it undone, layer by layer. */
export function readingsOf(text: string): ReadonlySet<string> {
  const all = new Set([text]);
  // What is added is visited too.
  for (const one of all) for (const undo of layers) if (all.size < mostReadings) all.add(undo(one));
  return all;
}
