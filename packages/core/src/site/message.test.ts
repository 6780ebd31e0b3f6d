import { expect, it } from "vitest";
import { encodeJson } from "../encoding/index.ts";
import { type Request, readRequest, writeMessage } from "./message.ts";

const request: Request = {
  format: "konsil.request/1",
  analysis: "a",
  round: "r",
  algorithm: { name: "test.mean", version: 1 },
  step: { name: "test.sum", version: 1 },
  arguments: { beta: [1, 2] },
  data: { database: "default", columns: { age: { type: "numeric" } }, derive: [], filter: null },
  roster: ["oslo", "milan"],
  policy: {},
};

it("reads the bytes that several sites are sent once, and so that no site changes them for another", () => {
  const read = readRequest(writeMessage(request));
  expect(read).toEqual(request);
  expect(readRequest(writeMessage(request))).toBe(read);
  for (const part of [read, read?.data, read?.data.columns, read?.data.columns?.["age"], read?.roster])
    expect(Object.isFrozen(part)).toBe(true);
});

it("reads other bytes anew", () => {
  const other = { ...request, arguments: { beta: [1, 3] } };
  expect(readRequest(writeMessage(request))).toEqual(request);
  expect(readRequest(writeMessage(other))).toEqual(other);
  const bytes = writeMessage(request);
  expect(readRequest(bytes)).toEqual(request);
  bytes[0] = 0;
  expect(readRequest(bytes)).toBeUndefined();
  expect(readRequest(encodeJson({ ...request, roster: [] }))).toBeUndefined();
  expect(readRequest(encodeJson({ ...request, roster: [] }))).toBeUndefined();
});
