import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Desk } from "./command.ts";

/** Commands whose parts have options of their own. */
const parts: Readonly<Record<string, readonly string[]>> = {
  image: ["build", "store-entry"],
  notebook: ["run", "install"],
};

const file = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), "utf8");

const optionsIn = (text: string): readonly string[] => [...new Set(text.match(/--[a-z][a-z-]*/g))].sort();

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();

/** `policy diff A B …` is called "policy diff", and `run ALGORITHM …` is called "run". */
const calledIn = (line: string): string =>
  /^konsil ([a-z]+(?: [a-z]+(?:-[a-z]+)*(?=[ \n`]|$))?)/.exec(line)?.[1] ?? "";

/** The first cells of the table of docs/reference/command-line.md. */
const rows = [...file("docs/reference/command-line.md").matchAll(/^\| `(konsil .*?)` \|/gm)].map(
  (match) => match[1] ?? "",
);

describe("what is written of the commands", { timeout: 60_000 }, () => {
  const desk = new Desk();
  let listed: readonly string[] = [];
  beforeAll(async () => {
    const { out } = await desk.konsil("--help");
    listed = [...out.matchAll(/^ {2}(konsil .*)$/gm)].map((match) => match[1] ?? "");
  });
  afterAll(() => desk.clear());

  it("lists the same commands in the help, the reference and the README", () => {
    const names = unique(listed.map((line) => line.split(" ")[1] ?? ""));
    expect(names.length).toBeGreaterThan(9);
    expect(unique(rows.map(calledIn))).toEqual(unique(listed.map(calledIn)));
    const line = /^\| Command line \| (.*) \|$/m.exec(file("README.md"))?.[1] ?? "";
    expect(
      unique(line.match(/(?<=`|konsil )[a-z]+(?=[ `])/g) ?? []).filter((name) => name !== "konsil"),
    ).toEqual(names);
  });

  it("gives every option of every command in its help and in the reference, and no other", async () => {
    for (const name of unique(listed.map((line) => line.split(" ")[1] ?? ""))) {
      const [{ out: help }, ...answers] = await Promise.all([
        desk.konsil(name, "--help"),
        ...(parts[name] ?? [undefined]).map((part) =>
          desk.konsil(name, ...(part === undefined ? [] : [part]), "--no-such-option-at-all"),
        ),
      ]);
      // What the command says that it accepts.
      const accepted = unique(
        answers.flatMap(({ err }) => optionsIn(err.split("Options:")[1]?.split("\n")[0] ?? "")),
      );
      expect(accepted, name).toContain("--help");
      const own = accepted.filter((option) => option !== "--help");
      expect(optionsIn(help), `konsil ${name} --help`).toEqual(own);
      const documented = rows.filter((row) => row.startsWith(`konsil ${name}`)).join("\n");
      expect(optionsIn(documented), `command-line.md of ${name}`).toEqual(own);
    }
  });
});
