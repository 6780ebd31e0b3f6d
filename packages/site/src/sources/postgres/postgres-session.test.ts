import { readdir, readFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { failure } from "../../../test/plain-frame.ts";
import { postgresSource } from "./postgres-source.ts";

/** A server that is no PostgreSQL: `greet` is all that it does. */
async function strangeServer(greet: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", () => greet(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

const open = (url: string) => postgresSource(url, { table: "patients", label: "registry", timeout: 0.5 });

test.each([
  ["nothing", "postgresql://anna:hunter2@127.0.0.1:1/db", /No PostgreSQL answers/],
  ["no machine", "postgresql://anna:hunter2@nowhere.invalid/db", /is not known here/],
  ["no address", "postgresql://anna:hunter2@[::1/db", /not one of a PostgreSQL/],
  ["no port", "postgresql://anna:hunter2@127.0.0.1:99999/db", /cannot be read/],
  ["no socket", "postgresql://anna:hunter2@%2Fsecret%2Fplace/db", /is not there/],
  ["a word", "hunter2", /cannot be read/],
])("%s at the address is an error that says neither address nor password", async (_what, url, message) => {
  for (const attempt of [() => open(url).describe(), () => open(url).read(["age"])]) {
    const error = await failure(attempt);
    expect(error).toMatchObject({ name: "DataError", code: "DATA_UNREADABLE" });
    expect(error.message).toMatch(message);
    expect(error.message).toContain('"registry"');
    expect(error.message).not.toMatch(/hunter2|anna|127|secret|invalid\/|Error:/);
  }
});

test.each<[string, (socket: Socket) => void]>([
  ["is silent", () => undefined],
  ["hangs up", (socket) => socket.destroy()],
  ["speaks HTTP", (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")],
  ["refuses TLS", (socket) => socket.write("N")],
])("a server that %s is an error, soon", async (_what, greet) => {
  const port = await strangeServer(greet);
  const error = await failure(() =>
    open(`postgresql://anna@127.0.0.1:${port}/db?sslmode=require`).describe(),
  );
  expect(error).toMatchObject({ name: "DataError", code: "DATA_UNREADABLE" });
});

test("importing the sources does not load the driver", async () => {
  const folder = new URL("./", import.meta.url);
  const files = (await readdir(folder)).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  expect(files).toContain("postgres-session.ts");
  for (const name of files)
    expect(await readFile(new URL(name, folder), "utf8")).not.toMatch(/^(?!import type ).*from "pg"/m);
});
