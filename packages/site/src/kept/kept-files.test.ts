import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { forgetKeys, KeptFiles } from "./kept-files.ts";

const rows = Buffer.from("Ola Nordmann, 1973-05-17; ".repeat(100));
const text = (bytes: Uint8Array | undefined) =>
  bytes === undefined ? undefined : Buffer.from(bytes).toString();

async function places() {
  const folder = await temporaryFolder();
  const [job, other, keys] = ["job", "other", "keys"].map((name) => join(folder, name));
  for (const path of [job, other, keys]) mkdirSync(path as string);
  return { job, other, keys } as { job: string; other: string; keys: string };
}

const only = (folder: string): string => {
  const [name = "", ...others] = readdirSync(folder);
  expect(others).toEqual([]);
  return join(folder, name);
};

function age(path: string, hours: number): void {
  const then = Date.now() / 1000 - 3600 * hours;
  utimesSync(path, then, then);
}

describe("what a job keeps", () => {
  it("is read by its other containers, and is sealed, for its user alone", async () => {
    const { job, keys } = await places();
    expect(new KeptFiles(job, keys).read("default", "a")).toBeUndefined();
    expect(new KeptFiles(job, keys).write("default", "a", rows)).toBe(true);
    expect(text(new KeptFiles(job, keys).read("default", "a"))).toBe(rows.toString());
    for (const path of [only(job), only(keys)]) expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(only(job)).includes("Nordmann")).toBe(false);
    expect(only(job) + only(keys)).not.toContain("default");
  });

  it("is replaced whole, and sealed anew each time", async () => {
    const { job, keys } = await places();
    const files = new KeptFiles(job, keys);
    files.write("default", "a", rows);
    const first = readFileSync(only(job));
    files.write("default", "a", rows);
    expect(readFileSync(only(job)).equals(first)).toBe(false);
    files.write("default", "b", Buffer.from("others"));
    expect(files.read("default", "a")).toBeUndefined();
    expect(text(files.read("default", "b"))).toBe("others");
    files.write("scans", "b", rows);
    expect(readdirSync(job)).toHaveLength(2);
    expect(files.read("registry", "b")).toBeUndefined();
  });

  it("is nothing once a byte of it is another, is missing or is added", async () => {
    const { job, keys } = await places();
    const files = new KeptFiles(job, keys);
    files.write("default", "a", rows);
    const whole = readFileSync(only(job));
    const file = only(job);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] as number) ^ by;
        writeFileSync(file, changed);
        expect(files.read("default", "a")).toBeUndefined();
        writeFileSync(file, whole.subarray(0, at));
        expect(files.read("default", "a")).toBeUndefined();
        writeFileSync(file, Buffer.concat([whole, whole.subarray(0, by)]));
        expect(files.read("default", "a")).toBeUndefined();
      }),
    );
    writeFileSync(file, whole);
    expect(text(files.read("default", "a"))).toBe(rows.toString());
  });

  it("is nothing to another job, under another name, or through a link", async () => {
    const { job, other, keys } = await places();
    new KeptFiles(job, keys).write("default", "a", rows);
    new KeptFiles(other, keys).write("scans", "a", Buffer.from("others"));
    cpSync(only(job), join(other, only(job).slice(job.length)));
    expect(new KeptFiles(other, keys).read("default", "a")).toBeUndefined();
    // Even with the key of the job that wrote it.
    const [own, others] = readdirSync(keys).sort(
      (a, b) => statSync(join(keys, a)).ino - statSync(join(keys, b)).ino,
    );
    writeFileSync(join(keys, others as string), readFileSync(join(keys, own as string)));
    expect(new KeptFiles(other, keys).read("default", "a")).toBeUndefined();
    const real = join(other, "moved");
    renameSync(only(job), real);
    const name = readdirSync(other).find(
      (one) => one !== "moved" && readFileSync(join(other, one)).equals(readFileSync(real)),
    );
    symlinkSync(real, join(job, name as string));
    expect(new KeptFiles(job, keys).read("default", "a")).toBeUndefined();
  });

  it("is nothing without the key, or with another", async () => {
    const { job, keys } = await places();
    const files = new KeptFiles(job, keys);
    files.write("default", "a", rows);
    const key = only(keys);
    for (const content of ["", "short", Buffer.alloc(32)]) {
      writeFileSync(key, content);
      expect(files.read("default", "a")).toBeUndefined();
    }
    // A file's time may lie after the present: it is finer, and clocks are set back.
    age(key, -1);
    forgetKeys(keys);
    expect(readdirSync(keys)).toEqual([]);
    expect(files.read("default", "a")).toBeUndefined();
    files.write("default", "a", rows);
    expect(text(files.read("default", "a"))).toBe(rows.toString());
  });

  it("is deleted with its key when the job ends, and no other job's is", async () => {
    const { job, other, keys } = await places();
    const files = new KeptFiles(job, keys);
    files.write("default", "a", rows);
    writeFileSync(join(job, "of an algorithm's own"), "");
    new KeptFiles(other, keys).write("default", "a", rows);
    age(join(job, readdirSync(job).find((name) => name.startsWith("konsil-")) as string), -1);
    files.forget();
    expect(readdirSync(job)).toEqual(["of an algorithm's own"]);
    expect(text(new KeptFiles(other, keys).read("default", "a"))).toBe(rows.toString());
    files.forget();
  });

  it("loses its key with the first container of any job that starts six hours later", async () => {
    const { job, other, keys } = await places();
    new KeptFiles(job, keys).write("default", "a", rows);
    writeFileSync(join(keys, "asked-0.json"), "");
    age(only(job), 5.9);
    for (const name of readdirSync(keys)) age(join(keys, name), 5.9);
    expect(text(new KeptFiles(job, keys).read("default", "a"))).toBe(rows.toString());
    for (const name of readdirSync(keys)) age(join(keys, name), 6.1);
    new KeptFiles(other, keys);
    expect(readdirSync(keys)).toEqual(["asked-0.json"]);
    expect(existsSync(only(job))).toBe(true);
    // One of the job itself deletes what it kept too.
    age(only(job), 6.1);
    new KeptFiles(job, keys);
    expect(readdirSync(job)).toEqual([]);
  });

  it("is whole while others write it", async () => {
    const { job, keys } = await places();
    const files = [new KeptFiles(job, keys), new KeptFiles(job, keys)];
    for (let i = 0; i < 20; i++)
      for (const [k, one] of files.entries()) {
        one.write("default", "a", Buffer.from(`${k}`.repeat(1000)));
        for (const other of files) expect(text(other.read("default", "a"))).toBe(`${k}`.repeat(1000));
      }
    expect(readdirSync(job)).toHaveLength(1);
  });

  it("leaves nothing half written where it cannot be kept", async () => {
    const { job, keys } = await places();
    const files = new KeptFiles(job, keys);
    files.write("default", "a", rows);
    const file = only(job);
    rmSync(file);
    mkdirSync(file);
    expect(() => files.write("default", "a", rows)).toThrow(/EISDIR/);
    expect(only(job)).toBe(file);
    expect(files.read("default", "a")).toBeUndefined();
    rmSync(keys, { recursive: true });
    expect(() => files.write("scans", "a", rows)).toThrow(/ENOENT/);
    expect(() => new KeptFiles(join(job, "none"), keys)).toThrow(/ENOENT/);
  });
});
