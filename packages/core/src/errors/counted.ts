/** A number with its noun: `1 site`, `3 sites`; `2 replies` where the plural is given. */
export function counted(n: number, noun: string, plural = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : plural}`;
}
