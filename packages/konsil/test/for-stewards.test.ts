import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { Desk, data } from "./command.ts";

const page = readFileSync(
  fileURLToPath(new URL("../../../docs/how-to/for-stewards.md", import.meta.url)),
  "utf8",
);
const commands = [...page.matchAll(/^konsil (.+)$/gm)].map((match) => match[1] ?? "");

const desk = new Desk();
afterAll(() => desk.clear());

/** As a shell takes a line apart. */
const words = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");

describe("the page for stewards", { timeout: 60_000 }, () => {
  copyFileSync(join(data, "oslo.csv"), join(desk.folder, "oslo.csv"));
  desk.file("site.json", {});
  desk.file("stricter.json", { minimumCell: 10, minimumRows: 150 });
  const sites = JSON.parse(readFileSync(desk.hospitals(), "utf8")) as object;
  desk.file("rehearsal.json", sites);

  it("shows commands that work, and what they say", async () => {
    expect(commands).toHaveLength(5);
    const run = words("run summary columns=age --sites rehearsal.json --quiet");
    expect(await desk.konsil(...run)).toMatchObject({ code: 0 });
    for (const command of commands) {
      const { code, out, err } = await desk.konsil(...words(command));
      expect([code, err], command).toEqual([0, ""]);
      if (command.startsWith("explain")) {
        const shown = /^```\n(2\. [\s\S]*?)^```/m.exec(page)?.[1] ?? "none";
        expect(out).toContain(shown);
      }
      // "two of eleven sites leave, and the estimate of age moves by a quarter of its standard error"
      if (command.includes("coxph")) expect(out).toMatch(/Sites that leave +0 +2\n[\s\S]*\nage .* 0\.2\d\n/);
    }
  });

  it("names what a site that lists algorithms permits besides", async () => {
    const step = /^1\. `konsil explain[\s\S]*?(?=^2\. )/m.exec(page)?.[0] ?? "";
    const named = [...step.matchAll(/permit `(\S+)`|`(\S+)`, by which/g)].map(([, a, b]) => a ?? b);
    desk.hospitals({ algorithms: ["coxph@1", ...named] });
    const described = await desk.konsil("describe", "--sites", "hospitals.json", "--quiet");
    expect([named, described.code]).toEqual([["describe@1", "attrition@1"], 0]);
  });
});
