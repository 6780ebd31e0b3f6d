import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { encodeBase32 } from "./base32.ts";
import { readNodeDatabase } from "./node-database.ts";

const file = fileURLToPath(new URL("../../data/breast-cancer/oslo.csv", import.meta.url));

describe("a database of a development node", () => {
  it("is a label and a file, whose ending says its type", () => {
    expect(readNodeDatabase(`default=${file}`)).toEqual({
      label: "default",
      type: "csv",
      uri: file,
      parameters: {},
    });
    expect(readNodeDatabase(`scans=${fileURLToPath(import.meta.url)}`).type).toBe("other");
  });

  it("has settings behind commas, and may be an address", () => {
    expect(readNodeDatabase(`default=${file},delimiter=;,missing=NA`).parameters).toEqual({
      DELIMITER: ";",
      MISSING: "NA",
    });
    expect(readNodeDatabase("omop=postgresql://db:5432/omop,table=person")).toMatchObject({
      type: "sql",
      uri: "postgresql://db:5432/omop",
      parameters: { TABLE: "person" },
    });
  });

  it.each([["patients.csv"], ["default="], ["a b=patients.csv"], ["default=nowhere.csv"]])(
    "is not %s",
    (text) => {
      expect(() => readNodeDatabase(text)).toThrow(/ARGUMENT_INVALID/);
    },
  );
});

describe("base32 for an environment", () => {
  it("has the values of RFC 4648, with ! for =", () => {
    const vectors = { "": "", f: "MY!!!!!!", fo: "MZXQ!!!!", foo: "MZXW6!!!", foob: "MZXW6YQ!" };
    for (const [text, coded] of Object.entries({ ...vectors, fooba: "MZXW6YTB", foobar: "MZXW6YTBOI!!!!!!" }))
      expect(encodeBase32(text)).toBe(coded);
  });
});
