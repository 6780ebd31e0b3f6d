import { setTimeout as pause } from "node:timers/promises";

/** Milliseconds, of which none may be left, or until a signal aborts. @throws its reason */
export async function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  if (milliseconds <= 0) return;
  try {
    await pause(milliseconds, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** A signal that aborts so many milliseconds after another one, unless it is stopped before. */
export function after(
  milliseconds: number,
  signal: AbortSignal | undefined,
): { readonly signal: AbortSignal; stop(): void } {
  const late = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const begin = (): void => {
    timer = setTimeout(() => late.abort(signal?.reason), milliseconds);
  };
  if (signal?.aborted === true) begin();
  signal?.addEventListener("abort", begin, { once: true });
  return {
    signal: late.signal,
    stop() {
      signal?.removeEventListener("abort", begin);
      clearTimeout(timer);
    },
  };
}
