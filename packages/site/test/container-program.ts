// A program that a node would start, whose sources tell who the process is by the names of columns.
import { csv, type SourceKind, serve } from "../src/index.ts";

/** Something that a log must not say. */
const secret = "Ola Nordmann";

const identity: SourceKind = {
  name: "identity",
  types: ["identity"],
  endings: [],
  open: () => ({
    describe: async () => [
      { name: `user ${process.getuid?.()}`, type: "numeric" },
      { name: `group ${process.getgid?.()}`, type: "numeric" },
      { name: `groups ${process.getgroups?.().sort().join(" ")}`, type: "numeric" },
    ],
    read: async () => ({ rows: 0, columns: new Map() }),
  }),
};

const defective: SourceKind = {
  name: "defective",
  types: ["defective"],
  endings: [],
  open: () => ({
    describe: async () => {
      throw new RangeError(`the row of ${secret}\n    at ${secret} (secret.ts:1:1)`);
    },
    read: async () => ({ rows: 0, columns: new Map() }),
  }),
};

const late: SourceKind = {
  name: "late",
  types: ["late"],
  endings: [],
  open: () => ({
    describe: () => {
      setTimeout(() => {
        throw new TypeError(secret);
      }, 0);
      return new Promise(() => undefined);
    },
    read: async () => ({ rows: 0, columns: new Map() }),
  }),
};

await serve({ algorithms: [], sources: [csv, identity, defective, late] });
