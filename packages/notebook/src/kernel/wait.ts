/** Milliseconds. */
export function delay(time: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, time);
  });
}

/** Asks every 10 ms until the answer is yes; false when it is not within `timeout` ms. */
export async function waitFor(timeout: number, isSo: () => boolean): Promise<boolean> {
  const end = performance.now() + timeout;
  while (!isSo()) {
    if (performance.now() > end) return false;
    await delay(10);
  }
  return true;
}

/** The promise's value, or "late" after `timeout` ms. */
export async function within<T>(timeout: number, promise: Promise<T>): Promise<T | "late"> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      promise,
      new Promise<"late">((resolve) => {
        timer = setTimeout(() => resolve("late"), timeout);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
