// The study asks the same rows under two policies: each file is read once, and its rows are held once.
import type { LocalSite, Source } from "konsil";

function remembered(source: Source): Source {
  let described: ReturnType<Source["describe"]> | undefined;
  const read = new Map<string, ReturnType<Source["read"]>>();
  return {
    describe() {
      described ??= source.describe();
      return described;
    },
    read(columns) {
      const key = JSON.stringify(columns);
      const rows = read.get(key) ?? source.read(columns);
      read.set(key, rows);
      return rows;
    },
  };
}

/** The same sites, whose sources remember what they read. */
export function readOnce(sites: readonly LocalSite[]): readonly LocalSite[] {
  return sites.map((site) => ({
    ...site,
    ...(site.databases === undefined
      ? {}
      : {
          databases: Object.fromEntries(
            Object.entries(site.databases).map(([label, source]) => [
              label,
              "read" in source ? remembered(source) : source,
            ]),
          ),
        }),
  }));
}
