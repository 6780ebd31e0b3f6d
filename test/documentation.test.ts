import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { errorCodes, explain, notGuarded, parsePolicy } from "@konsil/core";
import { afterAll, describe, expect, it, vi } from "vitest";
import { standardAlgorithms } from "../packages/konsil/src/cli/algorithms-command.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

function pages(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return ["node_modules", "dist", "api", "goldens", "demo", "output"].includes(entry.name)
        ? []
        : pages(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

const documents = [join(root, "README.md"), ...pages(join(root, "docs")), ...pages(join(root, "packages"))];

/** The TypeScript examples of a page; those marked `ts no-run` are shown for reading only. */
function examples(page: string): string[] {
  const text = readFileSync(page, "utf8");
  return [...text.matchAll(/^```ts *\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? "");
}

// Inside the repository, so that imports resolve as the tests' do.
const scratch = join(root, "test", ".examples");
const written = mkdtempSync(join(tmpdir(), "konsil-examples-"));
mkdirSync(scratch, { recursive: true });
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
  rmSync(written, { recursive: true, force: true });
});

describe("the documentation", () => {
  const all = documents.flatMap((page) =>
    examples(page).map((code, i) => [`${relative(root, page)} ${i + 1}`, code] as const),
  );

  it("has examples", () => {
    expect(all.length).toBeGreaterThan(5);
  });

  it.each(all)("runs the example %s", { timeout: 30_000 }, async (name, code) => {
    const file = join(scratch, `${name.replaceAll(/[^a-z0-9]+/gi, "-")}.ts`);
    writeFileSync(file, code);
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    const before = process.cwd();
    process.chdir(written);
    try {
      await import(/* @vite-ignore */ pathToFileURL(file).href);
    } finally {
      process.chdir(before);
      log.mockRestore();
    }
  });

  it("runs the first example of the README as the README says", { timeout: 60_000 }, async () => {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    const [, command = ""] = /^```sh\nnpx (tsx first\.mts) /m.exec(readme) ?? [];
    writeFileSync(join(scratch, "first.mts"), examples(join(root, "README.md"))[0] ?? "");
    const [program = "", ...args] = command.split(" ");
    const { stdout } = await promisify(execFile)(join(root, "node_modules/.bin", program), args, {
      cwd: scratch,
    });
    expect(stdout).toContain("How coxph@1 was done");
    expect(existsSync(join(scratch, "fit.html"))).toBe(true);
  });

  it.each(documents.map((page) => [relative(root, page), page] as const))(
    "has no dead link in %s",
    (_name, page) => {
      const links = [...readFileSync(page, "utf8").matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)].map(
        (match) => match[1] ?? "",
      );
      const local = links.filter((link) => !/^[a-z]+:/.test(link));
      expect(local.filter((link) => !existsSync(join(dirname(page), link)))).toEqual([]);
    },
  );

  it("says what is not yet guarded, in the words of the reports and nothing else", () => {
    const page = readFileSync(join(root, "docs/explanation/disclosure.md"), "utf8");
    const [, list = ""] = /^## Not yet guarded\n([\s\S]*?)^##/m.exec(page) ?? [];
    const said = [...list.matchAll(/^- (.*)\.$/gm)].map(([, rule = ""]) => rule.toLowerCase());
    expect(said).toEqual(notGuarded.map((rule) => rule.toLowerCase()));
  });

  it("leads to a threat model that names every setting of a policy, what is not guarded, and the attacks", () => {
    for (const page of ["README.md", "docs/README.md", "docs/how-to/for-stewards.md"])
      expect(readFileSync(join(root, page), "utf8")).toMatch(/hreat model\]\([^)]*threat-model\.md\)/);
    const model = readFileSync(join(root, "docs/explanation/threat-model.md"), "utf8");
    expect(model).toMatch(/^# Threat model\n/);
    for (const link of ["attacks.md", "disclosure.md#not-yet-guarded"]) expect(model).toContain(`](${link})`);
    const settings = Object.keys(parsePolicy()).filter((setting) => setting !== "open");
    for (const setting of settings) expect(model).toContain(`\`${setting}\``);
  });

  it.each([...standardAlgorithms()])(
    "names in the README of %s every setting by which a site judges it",
    (name, algorithm) => {
      const readme = documents.find((page) => page.endsWith(`/${name}/README.md`)) ?? "";
      const text = readFileSync(readme, "utf8");
      const { steps, conditions } = explain(algorithm, parsePolicy());
      const whens = [...conditions, ...steps.flatMap((step) => step.conditions)].map(({ when }) => when);
      const kinds = new Set(steps.flatMap(({ fields }) => fields.map(({ kind }) => kind)));
      const judged = [
        ...Object.keys(parsePolicy()).filter((setting) =>
          whens.some((when) => new RegExp(`\\((.*, |\\d+ × )?${setting}\\b`).test(when)),
        ),
        ...(kinds.has("distribution") ? ["eventTimes"] : []),
        ...(kinds.has("maskedCounts") ? ["rounding"] : []),
        ...(algorithm.steps.some(({ isModel }) => isModel) ? ["maximumPooledParameterShare"] : []),
      ];
      expect(judged).toEqual(expect.arrayContaining(["minimumCell", "minimumRows", "minimumOrganizations"]));
      expect(judged.filter((setting) => !text.includes(`\`${setting}\``))).toEqual([]);
    },
  );

  it("lists every error code", () => {
    const reference = readFileSync(join(root, "docs/reference/errors.md"), "utf8");
    for (const [code, meaning] of Object.entries<string>(errorCodes))
      expect(reference).toContain(`| \`${code}\` | ${meaning} |`);
  });
});
