/** The part of tslab's system by which the compiler waits until changes of files have come to rest. */
export interface Timers {
  setTimeout(callback: () => void, time: number): unknown;
  clearTimeout(timer: unknown): void;
}

/**
 * tslab keeps one timer, which it runs when a cell comes, and throws where there is another. The compiler has a second one,
 * for packages that come or go while the kernel runs: it runs by itself. Otherwise no cell compiles after `npm install`.
 */
export function withSecondTimer(system: Timers): void {
  const ofTslab = { set: system.setTimeout.bind(system), clear: system.clearTimeout.bind(system) };
  let second: NodeJS.Timeout | undefined;
  system.setTimeout = (callback, time) => {
    if (callback.name !== "invalidateResolutionsOfFailedLookup") return ofTslab.set(callback, time);
    second = setTimeout(callback, time);
    return second;
  };
  system.clearTimeout = (timer) => {
    if (timer === second) clearTimeout(second);
    else ofTslab.clear(timer);
  };
}
