import { DataError } from "@konsil/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeBase32 } from "../../test/encode-base32.ts";
import { readEnvironment } from "./environment.ts";
import { readRunContext } from "./run-context.ts";

const names = [
  "INPUT_FILE",
  "OUTPUT_FILE",
  "TOKEN_FILE",
  "TEMPORARY_FOLDER",
  "HOST",
  "PORT",
  "API_PATH",
  "DB_LABELS",
  "USER_REQUESTED_DATABASE_LABELS",
  "DEFAULT_DATABASE_URI",
  "DEFAULT_DATABASE_TYPE",
  "DEFAULT_DB_PARAM_TABLE",
  "DEFAULT_QUERY",
  "KONSIL_SITE",
  "RUN_CONTEXT_FILE",
];

const text = fc.string({ unit: "grapheme", maxLength: 20 });
const needed = { INPUT_FILE: "/i", OUTPUT_FILE: "/o", TOKEN_FILE: "/t" };

const encoded = (variables: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, encodeBase32(value)]));

describe("the environment that a node writes", () => {
  it("is read or refused in words, whatever it holds", () => {
    const values = fc.oneof(text, text.map(encodeBase32), fc.constantFrom("default", "!", "MFRGG!!!"));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), values), fc.string(), (variables, content) => {
        try {
          readEnvironment(variables, () => content);
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }),
    );
  });

  it("gives each known name back as the node had it, and leaves every other alone", () => {
    fc.assert(
      fc.property(text, text, text, (uri, table, plain) => {
        const read = readEnvironment({
          PATH: plain,
          OTHER_DATABASE_URI: encodeBase32(plain),
          ...encoded({
            ...needed,
            DB_LABELS: "default",
            DEFAULT_DATABASE_URI: uri,
            DEFAULT_DATABASE_TYPE: "csv",
            DEFAULT_DB_PARAM_TABLE: table,
            KONSIL_SITE: plain,
          }),
        });
        expect(read).toMatchObject({
          input: { file: "/i" },
          outputFile: "/o",
          settings: { KONSIL_SITE: plain },
          databases: [{ label: "default", uri, type: "csv", parameters: { TABLE: table }, wishes: [] }],
        });
      }),
    );
  });
});

describe("a run-context file", () => {
  it("is read, or is none, whatever it holds", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (content) => {
        expect(readRunContext(content)).toBeUndefined();
      }),
    );
  });
});
