import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Call } from "../../src/vantage6/http/index.ts";
import { problem } from "../../src/vantage6/http/problem.ts";
import { withServer } from "./fake-server.ts";

/** The error of a server that says so after it was sent a body. */
function errorOf(body: unknown, msg: unknown, secrets: readonly string[] = []): Error {
  const call: Call<unknown> = { method: "POST", path: "/asked", body, read: () => undefined };
  const bytes = Buffer.from(JSON.stringify({ msg }));
  return problem(call, "https://v6.example.org/api", { status: 400, bytes, headers: {} }, secrets);
}

const leftOut = "What the server says is left out: it repeats what it was sent.";

/** Everything that an error shows of itself. */
function shownBy(error: Error): string {
  return [
    error.message,
    String(error),
    JSON.stringify(error),
    String(error.cause),
    inspect(error, { depth: 20, showHidden: true, getters: true }),
  ].join("\n");
}

const latin1 = (text: string): string => Buffer.from(text).toString("latin1");
const code = (letter: string): number => letter.codePointAt(0) as number;
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");
const jsonOf = (text: string): string => JSON.stringify(text).slice(1, -1);
const dumps = (text: string): string =>
  jsonOf(text).replace(/[\x7f-\uffff]/g, (unit) => `\\u${hex(unit.charCodeAt(0), 4)}`);
const percent = (text: string): string =>
  latin1(text).replace(/[^\w.~-]/g, (byte) => `%${hex(code(byte), 2).toUpperCase()}`);
const short: Readonly<Record<string, string>> = { "\n": "\\n", "\t": "\\t", "\\": "\\\\" };
const python = (text: string): string =>
  text.replace(/[^ -[\]-~]/gu, (letter) => short[letter] ?? `\\x${hex(code(letter), 2)}`);
const base64 =
  (before: string) =>
  (text: string): string =>
    // From where it depends on nothing but the text.
    Buffer.from(before + text)
      .toString("base64")
      .slice([0, 2, 3][before.length]);

/** How a server may write what it was sent; those of bytes as Python shows them. */
const encodings: Readonly<Record<string, (text: string) => string>> = {
  "as it is": (text) => text,
  JSON: jsonOf,
  "json.dumps": dumps,
  "json.dumps twice": (text) => dumps(dumps(text)),
  "Python's bytes": (text) => python(latin1(text)),
  percent,
  "percent in small letters": (text) => percent(text).replace(/%../g, (byte) => byte.toLowerCase()),
  "small letters": (text) => text.toLowerCase(),
  "a form": (text) => percent(text).replaceAll("%20", "+"),
  "JSON in percent": (text) => percent(jsonOf(text)),
  base64: base64(""),
  "base64 behind one": base64('"'),
  "base64 behind two": base64(' "'),
  "base64 of json.dumps": (text) => base64("")(dumps(text)),
  base64url: (text) => Buffer.from(text).toString("base64url"),
  "base64 in lines": (text) => base64("")(text).replace(/.{76}/g, "$&\n"),
  hex: (text) => Buffer.from(text).toString("hex"),
  "hex in capitals": (text) => Buffer.from(text).toString("hex").toUpperCase(),
  HTML: (text) => text.replace(/["'&<>]/g, (letter) => `&#${code(letter)};`),
  "mistaken letters": latin1,
};

/** Of which a short cut holds less than eight characters of the text, and is none of its encodings that are looked for. */
const layered: ReadonlySet<string> = new Set([
  "json.dumps twice",
  "JSON in percent",
  "a form",
  "HTML",
  "mistaken letters",
]);

const letter = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyzABCXYZ0123456789") },
  { weight: 2, arbitrary: fc.constantFrom(..."\"'\\/ %+&<>=$-_.~!") },
  { weight: 2, arbitrary: fc.constantFrom(..."äöüéßøłżčΣς…中𝒳😀\n\t\u0007") },
);
const secretOf = (least: number): fc.Arbitrary<string> =>
  fc.array(letter, { minLength: least, maxLength: 60 }).map((letters) => letters.join(""));

describe("no error holds what was sent", () => {
  const body = (place: string, secret: string): object =>
    place === "password"
      ? { current_password: secret, new_password: "x" }
      : place === "input"
        ? { name: "a task", organizations: [{ id: 2, input: secret }] }
        : { databases: [{ label: "a", arguments: { inner: [{ deep: secret }] } }] };

  it.each(Object.keys(encodings))("that a server says again: %s", (name) => {
    const encode = encodings[name] as (text: string) => string;
    const least = layered.has(name) ? 48 : 8;
    fc.assert(
      fc.property(
        secretOf(8),
        fc.constantFrom("password", "input", "arguments", "token"),
        fc.nat(),
        fc.nat(),
        fc.constantFrom("", "Not accepted: ", "given '"),
        (secret, place, start, length, before) => {
          const all = encode(secret);
          // The whole, or a cut of so many characters at least.
          const cut = Math.min(all.length, least);
          const from = start % (all.length - cut + 1);
          const quoted = all.slice(from, from + cut + (length % (all.length - from - cut + 1)));
          fc.pre(quoted.length >= 8);
          const msg = `${before}${quoted}${before === "given '" ? "' is no good" : ""}`;
          const error = place === "token" ? errorOf({}, msg, [secret]) : errorOf(body(place, secret), msg);
          expect(error.message).toContain(leftOut);
          expect(shownBy(error)).not.toContain(quoted);
          expect(error.cause).toBeUndefined();
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each(["as it is", "JSON", "json.dumps", "percent", "base64", "hex"])(
    "of a secret that is shorter, whole: %s",
    (name) => {
      const encode = encodings[name] as (text: string) => string;
      fc.assert(
        fc.property(
          fc.string({ minLength: 4, maxLength: 7 }).filter((text) => /\w{4}/.test(text)),
          (secret) => {
            const error = errorOf({ password: secret }, `no "${encode(secret)}" here`);
            expect(error.message).toContain(leftOut);
          },
        ),
      );
    },
  );

  it("that begins or ends beyond what is looked at at once", () => {
    const large = Array.from({ length: 12_000 }, (_, i) => `row ${i} "ä", `).join("");
    for (const place of ["password", "input"])
      for (const encode of [jsonOf, dumps, base64(""), base64("1"), base64("12")])
        for (let at = 49_140; at < 49_170; at += 3) {
          const quoted = encode(large).slice(at, at + 12);
          expect(errorOf(body(place, large), `bad: ${quoted}`).message).toContain(leftOut);
        }
  });

  it("which is bytes, or an input in base64 that the server has decoded", () => {
    const plain = JSON.stringify({ method: "partial_average", kwargs: { column: "Größe in cm" } });
    const input = Buffer.from(plain).toString("base64");
    for (const quoted of [plain, dumps(plain).slice(30, 60), plain.slice(10, 26), input.slice(7, 21)]) {
      expect(errorOf({ organizations: [{ id: 1, input }] }, `cannot read ${quoted}`).message).toContain(
        leftOut,
      );
      expect(errorOf(Buffer.from(input), `cannot read ${quoted}`).message).toContain(leftOut);
    }
    const bytes = Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 151) % 256));
    for (const quoted of [
      bytes.toString("hex").slice(101, 117),
      bytes.toString("base64").slice(31, 43),
      python(bytes.toString("latin1")).slice(42, 60),
    ])
      expect(errorOf(new Uint8Array(bytes), `no ${quoted}`).message).toContain(leftOut);
  });

  it("and of inputs names and numbers as well", () => {
    const databases = [{ label: "a", arguments: { national_identity: 19_750_412_123 } }];
    for (const msg of ["no national_identity", "no 19750412123"])
      expect(errorOf({ databases }, msg).message).toContain(leftOut);
  });

  it("in time that grows as what was sent does", () => {
    const bytes = new Uint8Array(7_500_000);
    for (let i = 0; i < bytes.length; i++) bytes[i] = Math.imul(i, 0x9e3779b1) >>> 13;
    const input = Buffer.from(bytes).toString("base64");
    const began = performance.now();
    const { message } = errorOf(
      { name: "a", organizations: [{ id: 2, input }] },
      `The node's image is not accepted, since ${"it is long ".repeat(100)}`,
    );
    expect(message).toContain("The server says:");
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(errorOf({ organizations: [{ id: 2, input }] }, input.slice(-9)).message).toContain(leftOut);
  });
});

describe("what a server says is told", () => {
  it.each<[string, object]>([
    ["image registry.example.org/average:1 is not allowed", { image: "registry.example.org/average:1" }],
    ['the user "annabella" exists', { username: "annabella", password: "Anna-password-1" }],
    ["no database registry_2024 here", { databases: [{ label: "registry_2024", query: "SELECT 1" }] }],
    ["current_password: Missing data", { current_password: "My-password-1" }],
    ["input: Not a valid string.", { organizations: [{ id: 1, input: "bm90aGluZyB0aGF0IGlzIHNhaWQ=" }] }],
    // An input may name what is open.
    [
      "no task partial_average, nor image average:1",
      {
        name: "partial_average",
        image: "average:1",
        databases: [{ label: "a", arguments: { of: "partial_average", small: "average" } }],
      },
    ],
    ["a message with the word age", { databases: [{ label: "a", arguments: { column: "ess" } }] }],
  ])("where it repeats nothing but names: %s", (msg, body) => {
    expect(errorOf(body, msg).message).toContain(`The server says: "${msg}"`);
  });

  it("without tokens, whoever's, also in part", () => {
    const { message } = errorOf({}, "of eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOjJ9.c2ln and eyJhbGciOiJIUzI1NiIsInR5");
    expect(message).toContain('The server says: "of … and …"');
  });
});

it("a session's password is in no error, whatever is asked", async () => {
  const quoted = [
    "Anna-password-1",
    Buffer.from('{"password": "Anna-password-1"}').toString("base64"),
    "Anna%2Dpassword%2D1",
  ];
  await withServer(
    ({ path, query }) =>
      path === "/organization"
        ? { status: 400, body: { msg: quoted[Number(query.get("name"))] } }
        : undefined,
    async (client) => {
      for (const [i] of quoted.entries()) {
        const asking = client.organizations.list({ name: String(i) }).all();
        const error = await asking.then(String, (thrown: Error) => thrown);
        expect((error as Error).message).toContain(leftOut);
      }
    },
    { mfaCode: "123456" },
  );
});
