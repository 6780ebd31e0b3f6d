import { chmodSync, chownSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { identityFor, isForRootOnly } from "./privileges.ts";

const nobody = 65_534;
const why = process.getuid?.() === 0 ? "" : " (skipped: only root gives files away)";

describe.skipIf(why !== "")(`who reads the files of databases${why}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "konsil-privileges-"));
  const file = (user: number, group: number, mode: number): string => {
    const path = join(folder, `${user}-${group}-${mode}`);
    writeFileSync(path, "age\n60\n");
    chownSync(path, user, group);
    chmodSync(path, mode);
    return path;
  };

  it.each<[string, [number, number, number], { user: number; groups: readonly number[]; isRoots: boolean }]>([
    ["nobody, where everybody may", [0, 0, 0o644], { user: nobody, groups: [], isRoots: false }],
    ["nobody in the file's group", [0, 4000, 0o640], { user: nobody, groups: [4000], isRoots: false }],
    ["its owner, where its group may not", [4001, 4000, 0o600], { user: 4001, groups: [], isRoots: false }],
    ["its owner, where its group is root's", [4001, 0, 0o640], { user: 4001, groups: [], isRoots: false }],
    ["nobody of root's group", [0, 0, 0o640], { user: nobody, groups: [], isRoots: true }],
    ["nobody as root", [0, 4000, 0o600], { user: nobody, groups: [], isRoots: true }],
  ])("is %s", (_who, [user, group, mode], expected) => {
    const path = file(user, group, mode);
    expect(identityFor([path])).toEqual({ user: expected.user, group: nobody, groups: expected.groups });
    expect(isForRootOnly(path)).toBe(expected.isRoots);
  });
});
