import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NodeProxy } from "./proxy.ts";
import { ProxyTransport } from "./proxy-transport.ts";

const data = [
  { id: 1, name: "oslo" },
  { id: 2, name: "leeds" },
  { id: 3, name: "oslo" },
  { id: 4, name: "tartu" },
];
const server = createServer((_, response) => response.end(JSON.stringify({ data, links: {} })));
let proxy: NodeProxy;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const sub = { organization_id: 2, collaboration_id: 1, image: "konsil:1", databases: [] };
  const token = `e30.${Buffer.from(JSON.stringify({ sub })).toString("base64url")}.c2ln`;
  proxy = new NodeProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, token);
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

describe("sites behind a node's proxy, of which two have one name", () => {
  it.each([[undefined], [["oslo"]], [["leeds", "oslo"]]])(
    "are refused where either may be meant: %j",
    async (names) => {
      await expect(ProxyTransport.over(proxy, names)).rejects.toMatchObject({
        name: "ArgumentError",
        code: "COLLABORATION_UNKNOWN",
        message: expect.stringContaining('named "oslo" (1 and 3)') as string,
      });
    },
  );

  it("do not keep others from being asked, named once or twice", async () => {
    expect((await ProxyTransport.over(proxy, ["tartu", "leeds", "tartu"])).sites).toEqual(["tartu", "leeds"]);
  });
});
