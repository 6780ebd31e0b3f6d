import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NotebookError, placeOf, readAs, sentence } from "@konsil/core";
import { z } from "zod";
import { waitFor } from "./wait.ts";

export type Transport = "tcp" | "ipc";

export const channels = ["shell", "iopub", "stdin", "control", "hb"] as const;
export type Channel = (typeof channels)[number];

/** What a connection file says. */
export interface Connection {
  readonly transport: Transport;
  readonly ip: string;
  readonly key: string;
  readonly ports: Readonly<Record<Channel, number>>;
}

/** Gives free ports. Another program can take one before the kernel does; then the kernel is started anew. */
export type ChoosePorts = (count: number) => Promise<readonly number[]>;

export const freePorts: ChoosePorts = async (count) => {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
};

const port = z.int().min(1).max(65535);
const connectionFile = z.looseObject({
  transport: z.enum(["tcp", "ipc"]).default("tcp"),
  ip: z.string().min(1),
  key: z.string(),
  signature_scheme: z.string().default("hmac-sha256"),
  shell_port: port,
  iopub_port: port,
  stdin_port: port,
  control_port: port,
  hb_port: port,
});

/** A folder that only this user can enter, with the connection file of a kernel that is about to start. */
export async function makeConnection(
  transport: Transport,
  choosePorts: ChoosePorts,
): Promise<{ readonly connection: Connection; readonly folder: string; readonly file: string }> {
  const folder = await mkdtemp(join(tmpdir(), "konsil-kernel-"));
  const ip = transport === "ipc" ? join(folder, "k") : "127.0.0.1";
  const numbers = transport === "ipc" ? [1, 2, 3, 4, 5] : await choosePorts(channels.length);
  const ports = Object.fromEntries(channels.map((channel, i) => [channel, numbers[i] ?? 0])) as Record<
    Channel,
    number
  >;
  const connection: Connection = { transport, ip, key: randomBytes(32).toString("hex"), ports };
  const file = join(folder, "connection.json");
  const content = {
    transport,
    ip,
    key: connection.key,
    signature_scheme: "hmac-sha256",
    ...Object.fromEntries(channels.map((channel) => [`${channel}_port`, ports[channel]])),
  };
  // Who can read the key can make the kernel run anything.
  await writeFile(file, JSON.stringify(content), { mode: 0o600, flag: "wx" });
  return { connection, folder, file };
}

/** @throws NotebookError KERNEL_CONNECTION_INVALID */
export async function readConnection(file: string): Promise<Connection> {
  const problem = (words: string, cause?: unknown): NotebookError =>
    new NotebookError("KERNEL_CONNECTION_INVALID", `The connection file "${file}" ${words}`, { cause });
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw problem(
      "cannot be read as JSON. `jupyter --runtime-dir` names the folder where running kernels leave theirs.",
      cause,
    );
  }
  const read = readAs(connectionFile, content);
  if (read.problems !== undefined) {
    const { path, words } = read.problems[0];
    throw problem(`is not one of Jupyter: ${placeOf(path)} ${sentence(words)}`);
  }
  const { transport, ip, key, signature_scheme } = read.data;
  if (key === "" || signature_scheme !== "hmac-sha256")
    throw problem(
      "leaves messages unsigned, or signed in a way other than hmac-sha256: anybody on this machine could send " +
        "outputs in the kernel's name. Start the kernel with a key.",
    );
  const ports = Object.fromEntries(
    channels.map((channel) => [channel, read.data[`${channel}_port`]]),
  ) as Record<Channel, number>;
  return { transport, ip, key, ports };
}

/** Where a channel is reached. On files, tslab puts a colon where Jupyter puts a hyphen. */
export function address({ transport, ip, ports }: Connection, channel: Channel): string {
  if (transport === "tcp") return `tcp://${ip}:${ports[channel]}`;
  const files = [`${ip}-${ports[channel]}`, `${ip}:${ports[channel]}`];
  return `ipc://${files.find((file) => existsSync(file)) ?? files[0]}`;
}

/** Waits until the files of a connection over files are there. @throws whatever `check` throws */
export async function socketsThere(
  connection: Connection,
  timeout: number,
  check: () => void,
): Promise<boolean> {
  if (connection.transport === "tcp") return true;
  return waitFor(timeout, () => {
    check();
    return channels.every((channel) => existsSync(address(connection, channel).slice("ipc://".length)));
  });
}
