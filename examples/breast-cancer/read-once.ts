// The study asks the same rows under two policies: each file is read once, and its rows are held once.
import type { LocalSite, Source } from "konsil";

function remembered(source: Source): Source {
  let described: ReturnType<Source["describe"]> | undefined;
  let everything: ReturnType<Source["read"]> | undefined;
  const describe: Source["describe"] = () => {
    described ??= source.describe();
    return described;
  };
  // The files are small: all columns at once take hardly longer than one.
  const readAll: Source["read"] = async () => source.read((await describe()).map(({ name }) => name));
  return {
    describe,
    async read(names) {
      everything ??= readAll([]);
      const { rows, columns } = await everything;
      return { rows, columns: new Map([...columns].filter(([name]) => names.includes(name))) };
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
