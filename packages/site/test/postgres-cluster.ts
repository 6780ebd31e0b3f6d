import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { accessSync, chmodSync, chownSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";

/** The folder of PostgreSQL's programs, or undefined where it is not installed. */
function findPrograms(): string | undefined {
  const debian = "/usr/lib/postgresql";
  let versions: string[] = [];
  try {
    versions = readdirSync(debian).sort((a, b) => Number(b) - Number(a));
  } catch {
    // It is not Debian, or has none.
  }
  const folders = [
    ...versions.map((version) => join(debian, version, "bin")),
    ...(process.env["PATH"] ?? "").split(":"),
  ];
  return folders.find((folder) => {
    try {
      for (const program of ["initdb", "postgres"]) accessSync(join(folder, program));
      return true;
    } catch {
      return false;
    }
  });
}

const programs = findPrograms();

/** Whether a PostgreSQL can be started here. */
export const postgresIsInstalled = programs !== undefined;

/** PostgreSQL refuses to run as root. The numbers of "nobody". */
const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

const password = "s3cr3t/%Pa ss";

/** A PostgreSQL that a test made, for itself alone. */
export interface Cluster {
  /** The address with the password, by TCP. */
  readonly url: string;
  /** The same without. */
  readonly withoutPassword: string;
  readonly password: string;
  readonly port: number;
  readonly folder: string;
  /** The certificate of its own authority: it is valid for localhost. */
  readonly certificate: string;
  run(...statements: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

function makeCertificate(folder: string): string {
  const [key, certificate] = [join(folder, "server.key"), join(folder, "server.crt")];
  const about = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, ...about],
    {
      stdio: "ignore",
    },
  );
  chmodSync(key, 0o600);
  if (user.uid !== undefined) chownSync(key, user.uid, user.gid);
  return certificate;
}

async function ended(process: ChildProcess): Promise<void> {
  if (process.exitCode === null && process.signalCode === null)
    await new Promise((resolve) => process.once("exit", resolve));
}

/** Starts a PostgreSQL in a folder of its own, on a socket and a port of its own. */
export async function startCluster(): Promise<Cluster> {
  if (programs === undefined) throw new Error("PostgreSQL is not installed.");
  const folder = mkdtempSync(join(tmpdir(), "konsil-pg-"));
  const [data, secret] = [join(folder, "data"), join(folder, "password")];
  writeFileSync(secret, `${password}\n`);
  chmodSync(folder, 0o755);
  if (user.uid !== undefined) for (const path of [folder, secret]) chownSync(path, user.uid, user.gid);
  const how = {
    ...user,
    cwd: folder,
    stdio: "ignore",
    env: { PATH: process.env["PATH"], LC_ALL: "C" },
  } as const;
  execFileSync(
    join(programs, "initdb"),
    [
      "-D",
      data,
      "-U",
      "anna",
      "-E",
      "UTF8",
      "--locale=C",
      "-A",
      "scram-sha-256",
      `--pwfile=${secret}`,
      "--no-sync",
    ],
    how,
  );
  const certificate = makeCertificate(folder);
  const port = await freePort();
  const settings = [
    "fsync=off",
    "ssl=on",
    `ssl_cert_file=${certificate}`,
    `ssl_key_file=${join(folder, "server.key")}`,
  ];
  const server = spawn(
    join(programs, "postgres"),
    [
      "-D",
      data,
      "-k",
      folder,
      "-h",
      "127.0.0.1",
      "-p",
      String(port),
      ...settings.flatMap((text) => ["-c", text]),
    ],
    how,
  );
  const at = (login: string): string => `postgresql://${login}@localhost:${port}/postgres`;
  const url = at(`anna:${encodeURIComponent(password)}`);
  const cluster: Cluster = {
    url,
    withoutPassword: at("anna"),
    password,
    port,
    folder,
    certificate,
    run: async (...statements) => {
      const client = new Client({ connectionString: url });
      await client.connect();
      try {
        for (const statement of statements) await client.query(statement);
      } finally {
        await client.end();
      }
    },
    stop: async () => {
      server.kill("SIGINT");
      await ended(server);
      await rm(folder, { recursive: true });
    },
  };
  for (let i = 0; ; i++) {
    try {
      await cluster.run("SELECT 1");
      return cluster;
    } catch (thrown) {
      if (i === 100 || server.exitCode !== null) {
        await cluster.stop();
        throw thrown;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
