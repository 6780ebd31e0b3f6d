import type { Source } from "@konsil/core";

/** A source whose modules are loaded when it is first used: an import waits for no kind of source that it may not need. */
export function lazySource(load: () => Promise<Source>): Source {
  let loading: Promise<Source> | undefined;
  const source = (): Promise<Source> => {
    loading ??= load().catch((error: unknown) => {
      // The next use tries again.
      loading = undefined;
      throw error;
    });
    return loading;
  };
  return {
    describe: async () => (await source()).describe(),
    read: async (columns) => (await source()).read(columns),
    notes: async () => (await (await source()).notes?.()) ?? [],
  };
}
