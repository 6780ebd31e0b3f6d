import { generateKeyPairSync } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { type PrivateKey, parsePrivateKey } from "../../src/crypto/index.ts";
import { readContent } from "../../src/vantage6/content.ts";
import { golden as goldenOf, keyOf } from "../crypto/goldens.ts";
import { type Answering, withServer } from "./fake-server.ts";
import { golden } from "./golden.ts";

let own: PrivateKey;
let other: PrivateKey;
const small = (): PrivateKey =>
  parsePrivateKey(
    String(
      generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "pem", type: "pkcs1" }),
    ),
  );
beforeAll(() => {
  own = small();
  other = small();
});

/** An organization 2 whose key can be changed, as a server has it. */
function keeping(first: string, race?: string): Answering {
  let key = first;
  return ({ method, path, body }) => {
    if (path !== "/organization/2") return undefined;
    if (method === "PATCH") key = race ?? (JSON.parse(body) as { public_key: string }).public_key;
    return { body: { ...(golden("organization/one").body as object), public_key: key } };
  };
}

describe("the public key of an organization", () => {
  it("is published when that is asked for, and there is none", async () => {
    await withServer(
      keeping(""),
      async (client, server) => {
        expect(client.keys.own).toBe(own.publicKey.fingerprint);
        expect(await client.keys.published()).toBeUndefined();
        expect(server.times("PATCH", "/organization/2")).toBe(0);
        expect(await client.keys.publishKey()).toBe("published");
        expect(await client.keys.published()).toBe(own.publicKey.fingerprint);
        expect(await client.keys.publishKey()).toBe("known");
        expect(server.times("PATCH", "/organization/2")).toBe(1);
      },
      { privateKey: own },
    );
  });

  it("never replaces another", async () => {
    await withServer(
      keeping(other.publicKey.toText()),
      async (client, server) => {
        const error = await client.keys.publishKey().catch((thrown: Error) => thrown);
        expect(error).toMatchObject({ code: "KEY_CHANGED", name: "EncryptionError" });
        expect((error as Error).message).toContain(`yours:         ${own.publicKey.fingerprint}`);
        expect((error as Error).message).toContain(`at the server: ${other.publicKey.fingerprint}`);
        expect(server.times("PATCH", "/organization/2")).toBe(0);
      },
      { privateKey: own },
    );
  });

  it("that cannot be read is not replaced either", async () => {
    await withServer(
      keeping("bm90IGEga2V5"),
      async (client, server) => {
        await expect(client.keys.publishKey()).rejects.toMatchObject({ code: "KEY_INVALID" });
        expect(server.times("PATCH", "/organization/2")).toBe(0);
      },
      { privateKey: own },
    );
  });

  it("is looked at after it was published: somebody else may have done so at the same moment", async () => {
    await withServer(
      keeping("", other.publicKey.toText()),
      async (client) => {
        await expect(client.keys.publishKey()).rejects.toMatchObject({ code: "KEY_CHANGED" });
      },
      { privateKey: own },
    );
  });

  it("needs a private one", async () => {
    await withServer(keeping(""), async (client) => {
      expect(client.keys.own).toBeUndefined();
      await expect(client.keys.publishKey()).rejects.toMatchObject({ code: "KEY_INVALID" });
    });
  });
});

interface Recorded {
  readonly keys: { readonly north: string; readonly south: string };
}

describe("what a run is asked, and answers", () => {
  const serving =
    (name: string, kind: string): Answering =>
    ({ path }) =>
      path === kind ? { body: { ...(golden(name).body as object), links: {} } } : undefined;

  it("is decoded from base64", async () => {
    await withServer(serving("result/list", "/result"), async (client) => {
      const results = await client.results.fromTask(1).all();
      expect(results.map(({ run, content }) => [run.id, content])).toEqual([
        [2, { type: "json", value: { rows: 2 } }],
        [1, { type: "json", value: { rows: 3 } }],
      ]);
    });
    const one: Answering = ({ path }) => (path === "/run/2" ? golden("run/one") : undefined);
    const list = serving("run/list", "/run");
    await withServer(
      (...asked) => one(...asked) ?? list(...asked),
      async (client) => {
        expect((await client.runs.fromTask(1).first())?.content).toEqual({
          type: "json",
          value: { method: "partial", args: [], kwargs: {} },
        });
        expect(await client.runs.read(2)).toMatchObject({ type: "json", value: { method: "partial" } });
      },
    );
    await withServer(serving("result/list-crashed", "/result"), async (client) => {
      expect((await client.results.fromTask(5).first())?.content).toEqual({ type: "none" });
    });
    await withServer(serving("result/list-pending", "/result"), async (client) => {
      expect((await client.results.fromTask(1).first())?.content).toEqual({ type: "none" });
    });
  });

  it("is decrypted with the organization's key, and unreadable without it", async () => {
    const { keys } = goldenOf<Recorded>("server.json");
    await withServer(
      serving("result/list-encrypted", "/result"),
      async (client) => {
        const contents = (await client.results.fromTask(8).all()).map(({ content }) => content);
        expect(contents).toEqual([
          { type: "json", value: expect.anything() },
          { type: "json", value: expect.anything() },
        ]);
      },
      { privateKey: keyOf(keys.north) },
    );
    await withServer(
      serving("result/list-encrypted", "/result"),
      async (client) => {
        expect((await client.results.fromTask(8).first())?.content).toMatchObject({
          type: "unreadable",
          error: { code: "ENVELOPE_INVALID" },
        });
      },
      { privateKey: keyOf(keys.south) },
    );
    await withServer(serving("result/list-encrypted", "/result"), async (client) => {
      expect((await client.results.fromTask(8).first())?.content).toMatchObject({
        type: "unreadable",
        error: { code: "KEY_INVALID", message: expect.stringContaining("no private key was given") },
      });
    });
    // Each organization's input is for it alone.
    await withServer(
      serving("run/list-encrypted", "/run"),
      async (client) => {
        const runs = await client.runs.fromTask(8).all();
        expect(
          Object.fromEntries(runs.map(({ organization, content }) => [organization.id, content.type])),
        ).toEqual({
          2: "json",
          3: "unreadable",
        });
        for (const { content, ...run } of runs) expect(await client.runs.read(run)).toEqual(content);
      },
      { privateKey: keyOf(keys.north) },
    );
  });

  it("is fetched from the blob store", async () => {
    const plain = new TextEncoder().encode('{"rows": NaN}');
    const blob = Buffer.from(own.publicKey.encryptBlob(plain));
    await withServer(
      ({ path }) => {
        const row = { id: 1, run: { id: 1 }, task: { id: 1 }, result: "a b/c", blob_storage_used: true };
        if (path === "/result/1") return { body: row };
        // The fake server sends text: base64 is what a collaboration without encryption has there.
        return path === "/blobstream/a%20b%2Fc"
          ? {
              body: Buffer.from(plain).toString("base64"),
              headers: { "content-type": "application/octet-stream" },
            }
          : undefined;
      },
      async (client) => {
        expect(await client.results.read(1)).toEqual({ type: "json", value: { rows: Number.NaN } });
      },
    );
    expect(readContent(blob, own, "It")).toEqual({ type: "json", value: { rows: Number.NaN } });
  });

  it("that is not JSON is bytes, and damaged base64 unreadable", () => {
    expect(readContent(Buffer.from("no JSON").toString("base64"), undefined, "It")).toEqual({
      type: "bytes",
      bytes: new TextEncoder().encode("no JSON"),
    });
    expect(readContent("a$b", undefined, "It")).toMatchObject({ type: "unreadable" });
    expect(readContent("Traceback (most recent call last)", own, "It")).toMatchObject({ type: "unreadable" });
  });
});
