import { linkSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { identitiesOf } from "./database-identities.ts";

const offered = (label: string, uri: string, parameters: Readonly<Record<string, string>> = {}) => ({
  label,
  type: "other",
  uri,
  parameters,
  wishes: [],
});

test("labels of one file are one database, whatever its path; a copy is another", () => {
  const folder = mkdtempSync(join(tmpdir(), "konsil-identities-"));
  const file = (name: string): string => join(folder, name);
  writeFileSync(file("b.csv"), "age\n60\n");
  writeFileSync(file("copy.csv"), "age\n60\n");
  linkSync(file("b.csv"), file("linked.csv"));
  symlinkSync(file("b.csv"), file("a.csv"));
  const databases = [
    offered("default", file("b.csv")),
    offered("another", file("linked.csv")),
    offered("third", file("a.csv"), { MISSING: "NA" }),
    offered("copy", file("copy.csv")),
    offered("lost", file("lost.csv")),
  ];
  expect(identitiesOf(databases)).toEqual({
    another: "another",
    default: "another",
    third: "another",
    copy: "copy",
    lost: "lost",
  });
});

test("so are labels of one table of a server, whoever reads it", () => {
  const databases = [
    offered("a", "postgresql://anna:secret@db:5432/registry", { TABLE: "patients" }),
    offered("b", "postgres://ben@db:5432/registry", { TABLE: "patients" }),
    offered("c", "postgresql+psycopg2://db:5432/registry", { TABLE: "patients" }),
    offered("d", "postgresql://db:5432/registry", { TABLE: "visits" }),
    offered("e", "postgresql://db:5432/other", { TABLE: "patients" }),
  ];
  expect(identitiesOf(databases)).toEqual({ a: "a", b: "a", c: "a", d: "d", e: "e" });
});
