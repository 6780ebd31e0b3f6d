import type { AnyAlgorithm } from "@konsil/core";
import { mean, rowsTo } from "../mean.ts";
import { conformance } from "./conformance.ts";
import { smallKey } from "./fake-server/fake-world.ts";
import { openHttp } from "./http-server.ts";
import { openDirect, openLocal } from "./openings.ts";

const keys = [0, 1, 2, 3].map(smallKey);
const reason = "rows made up by a test";
const sites = [
  { name: "oslo", rows: rowsTo(31), policy: "open", reason },
  { name: "leeds", rows: rowsTo(32), policy: "open", reason },
  { name: "tartu", rows: rowsTo(3) },
] as const;
const cases = [
  { name: "one round", arguments: { column: "x" }, options: { sites: ["oslo", "leeds"] } },
  { name: "several rounds", arguments: { column: "x", rounds: 4 }, options: { sites: ["oslo", "leeds"] } },
  { name: "a site abstains", arguments: { column: "x" }, options: { whenSiteFails: { continueWith: 2 } } },
  { name: "a column that nobody has", arguments: { column: "y" } },
  { name: "a column of text", arguments: { column: "g" } },
].map((one) => ({ ...one, algorithm: mean as AnyAlgorithm }));

for (const [name, open] of [
  ["local", openLocal],
  ["remote, plain", openDirect("plain", keys)],
  ["remote, encrypted", openDirect("sealed", keys)],
  ["remote, plain, over HTTP", openHttp("plain", keys)],
  ["remote, encrypted, over HTTP", openHttp("sealed", keys)],
  ["remote, encrypted, with a blob store, over HTTP", openHttp("sealed", keys, true)],
  ["remote, encrypted, with a blob store", openDirect("sealed", keys, true)],
] as const)
  conformance(name, open, sites, cases);
