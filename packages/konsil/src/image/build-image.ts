import { spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DefinitionError } from "@konsil/core";
import { entryManifest } from "./entry-manifest.ts";
import { packagesBehind } from "./installed-packages.ts";
import { mainOf, ownImage } from "./main.ts";
import { programFiles } from "./program-files.ts";

export interface ImageOptions {
  /** Its name, with a tag: "registry.example.org/konsil:1". */
  readonly tag: string;
  /** The image that it is made from: any with Node. */
  readonly base?: string | undefined;
  /**
   * A program that calls serve(), beside a package.json whose dependencies it needs; with the files beside or below it
   * that it imports. Default: all algorithms of Konsil.
   */
  readonly entry?: string | undefined;
  readonly push?: boolean | undefined;
}

export interface BuiltImage {
  readonly tag: string;
  /** The name with the digest that the registry gave it: what a federation pins. Null when it was not pushed. */
  readonly pinned: string | null;
}

/** What docker printed. @throws DefinitionError with the end of what it complained of */
function docker(args: readonly string[]): Promise<string> {
  return new Promise((fulfil, reject) => {
    const child = spawn("docker", args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, DOCKER_BUILDKIT: "0" },
    });
    const out: Buffer[] = [];
    const complaints: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => complaints.push(chunk));
    const fail = (why: string): void =>
      reject(new DefinitionError("DEFINITION_INVALID", `docker ${args[0]} failed: ${why}`));
    child.on("error", () =>
      fail("the command docker is not on this machine. Install Docker, or Podman under this name."),
    );
    child.on("close", (code) => {
      if (code === 0) fulfil(Buffer.concat(out).toString("utf8"));
      else fail(Buffer.concat(complaints).toString("utf8").trim().slice(-2000));
    });
  });
}

/** Files that only a compiler or a reader of sources needs. */
const needless = /\.(d\.ts|d\.mts|d\.cts|map|md|markdown|tsbuildinfo)$/;

function copy(from: string, to: string): void {
  cpSync(from, to, {
    recursive: true,
    dereference: true,
    filter: (path) => {
      const inner = path.slice(from.length);
      return !/[\\/](node_modules|src|test|goldens)([\\/]|$)/.test(inner) && !needless.test(inner);
    },
  });
}

/** Lets everybody read what is in a folder, whatever this user's umask: a container's program is nobody when it loads drivers. */
function makeReadable(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const isFolder = entry.isDirectory();
    const { mode } = statSync(path);
    const wanted = mode | (isFolder || (mode & 0o100) !== 0 ? 0o555 : 0o444);
    if (wanted !== mode) chmodSync(path, wanted);
    if (isFolder) makeReadable(path);
  }
}

/**
 * Builds an image that a node of vantage6 runs. It holds the packages that are installed here, and nothing is
 * downloaded but the base image.
 * @throws DefinitionError
 */
export async function buildImage({ tag, base, entry, push = false }: ImageOptions): Promise<BuiltImage> {
  const folder = mkdtempSync(join(tmpdir(), "konsil-image-"));
  try {
    const main = mainOf(entry);
    const names =
      entry === undefined
        ? ["@konsil/algorithms", "@konsil/site"]
        : Object.keys(entryManifest(main).dependencies ?? {});
    for (const { name, folder: from } of packagesBehind(names, dirname(main))) {
      const to = join(folder, "node_modules", name);
      mkdirSync(dirname(to), { recursive: true });
      copy(from, to);
    }
    for (const [name, path] of programFiles(main)) {
      mkdirSync(dirname(join(folder, "program", name)), { recursive: true });
      cpSync(path, join(folder, "program", name));
    }
    // So that its files are read as they are here.
    writeFileSync(
      join(folder, "program", "package.json"),
      JSON.stringify({ type: entryManifest(main).type ?? "commonjs" }),
    );
    cpSync(join(ownImage, "Dockerfile"), join(folder, "Dockerfile"));
    makeReadable(folder);
    const bases = base === undefined ? [] : ["--build-arg", `BASE=${base}`];
    await docker(["build", "--quiet", ...bases, "--tag", tag, folder]);
    if (!push) return { tag, pinned: null };
    await docker(["push", "--quiet", tag]);
    const digests = await docker(["image", "inspect", "--format", '{{join .RepoDigests "\\n"}}', tag]);
    const name = tag.replace(/:[^:/]*$/, "");
    const pinned = digests.split("\n").find((digest) => digest.startsWith(`${name}@`));
    return { tag, pinned: pinned ?? null };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
