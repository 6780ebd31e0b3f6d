import { appendFileSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { temporaryFile } from "../../test/temporary-folder.ts";
import { fileState } from "./file-state.ts";

const hourAgo = () => Date.now() / 1000 - 3600;

function written(path: string, text: string, at = hourAgo()): void {
  writeFileSync(path, text);
  utimesSync(path, at, at);
}

it("the state of a file is another once it was written, replaced or given its old time back", async () => {
  const path = await temporaryFile("rows.csv", "a\n1\n");
  const at = hourAgo();
  written(path, "a\n1\n", at);
  const states = [fileState(path)];
  expect(fileState(path)).toBe(states[0]);
  const change = async (by: () => void): Promise<void> => {
    // A clock of files may tick every few milliseconds only.
    await wait(30);
    by();
    states.push(fileState(path));
  };
  await change(() => written(path, "a\n2\n", at));
  await change(() => {
    appendFileSync(path, "3\n");
    utimesSync(path, at, at);
  });
  await change(() => {
    written(`${path}.new`, "a\n2\n3\n", at);
    renameSync(`${path}.new`, path);
  });
  await change(() => written(`${path}.wal`, "log", at));
  await change(() => written(`${path}.wal`, "longer log", at));
  for (const state of states) expect(state).toBeTypeOf("string");
  expect(new Set(states).size).toBe(states.length);
});

it("there is none of a folder, of no file, and of one that was written just now", async () => {
  const path = await temporaryFile("rows.csv", "a\n1\n");
  expect(fileState(path)).toBeUndefined();
  written(path, "a\n1\n");
  expect(fileState(path)).toBeTypeOf("string");
  writeFileSync(`${path}.wal`, "");
  expect(fileState(path)).toBeUndefined();
  rmSync(path);
  expect(fileState(path)).toBeUndefined();
  mkdirSync(path);
  expect(fileState(join(path, ".."))).toBeUndefined();
});
