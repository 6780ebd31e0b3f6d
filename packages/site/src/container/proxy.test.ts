import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { NodeProxy } from "./proxy.ts";

const claims = { sub: { organization_id: 1, collaboration_id: 1, image: "an/image" } };
const token = `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.x`;

it("a list that does not end is read no further than any list is", async () => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked++;
    response.end(JSON.stringify({ data: [{ id: 1 }], links: { next: "/run?page=2" } }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy = new NodeProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, token);
  await expect(proxy.list("/run")).rejects.toMatchObject({
    code: "SITE_UNAVAILABLE",
    message: expect.stringContaining("gave a list that does not end"),
  });
  expect(asked).toBe(1000);
  server.close();
  server.closeAllConnections();
});
