/** Unknown numbers between bounds, and sums of them that are known: what an attacker has. */
export interface LinearSystem {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** Σ coefficient · x = value */
  readonly equations: readonly {
    readonly terms: readonly (readonly [number, number])[];
    readonly value: number;
  }[];
}

const tiny = 1e-9;

/** The tableau of min c·y with y ≥ 0, pivoted by Bland's rule until no cost is negative. */
function pivot(rows: number[][], costs: number[], basis: number[]): void {
  const width = costs.length - 1;
  for (;;) {
    const entering = costs.findIndex((cost, j) => j < width && cost < -tiny);
    if (entering < 0) return;
    let leaving = -1;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number[];
      if ((row[entering] as number) <= tiny) continue;
      const ratio = (row[width] as number) / (row[entering] as number);
      const best = rows[leaving];
      const least = best === undefined ? Infinity : (best[width] as number) / (best[entering] as number);
      if (ratio < least - tiny || (ratio < least + tiny && (basis[i] as number) < (basis[leaving] as number)))
        leaving = i;
    }
    if (leaving < 0) throw new Error("unbounded");
    exchange(rows, costs, leaving, entering);
    basis[leaving] = entering;
  }
}

function exchange(rows: number[][], costs: number[], leaving: number, entering: number): void {
  const row = rows[leaving] as number[];
  const by = row[entering] as number;
  for (let j = 0; j < row.length; j++) row[j] = (row[j] as number) / by;
  for (const other of [...rows, costs]) {
    if (other === row) continue;
    const factor = other[entering] as number;
    if (factor === 0) continue;
    for (let j = 0; j < row.length; j++) other[j] = (other[j] as number) - factor * (row[j] as number);
  }
}

/**
 * The smallest and largest value that each of the numbers asked for can have: the exact attack, by the two-phase simplex
 * method. Numbers that are known are taken out first.
 */
export function feasible(
  { lower, upper, equations }: LinearSystem,
  asked: readonly number[],
): readonly { readonly lower: number; readonly upper: number }[] {
  const free = lower.flatMap((low, i) => (low < (upper[i] as number) ? [i] : []));
  const at = new Map(free.map((variable, j) => [variable, j]));
  const n = free.length;
  const rows: number[][] = [];
  for (const { terms, value } of equations) {
    const row = Array.from({ length: n }, () => 0);
    let right = value;
    for (const [variable, coefficient] of terms) {
      right -= coefficient * (lower[variable] as number);
      const j = at.get(variable);
      if (j !== undefined) row[j] = (row[j] as number) + coefficient;
    }
    if (row.some((coefficient) => coefficient !== 0)) rows.push([...row, right]);
    else if (Math.abs(right) > tiny) throw new Error("contradiction");
  }
  const known = rows.length;
  const width = n + n + known;
  const tableau = rows.map((row, i) => {
    const sign = (row[n] as number) < 0 ? -1 : 1;
    const full = Array.from({ length: width + 1 }, () => 0);
    for (let j = 0; j < n; j++) full[j] = sign * (row[j] as number);
    full[n + n + i] = 1;
    full[width] = sign * (row[n] as number);
    return full;
  });
  for (const [j, variable] of free.entries()) {
    const full = Array.from({ length: width + 1 }, () => 0);
    full[j] = 1;
    full[n + j] = 1;
    full[width] = (upper[variable] as number) - (lower[variable] as number);
    tableau.push(full);
  }
  const basis = tableau.map((_, i) => (i < known ? n + n + i : n + i - known));
  const first = Array.from({ length: width + 1 }, () => 0);
  for (let i = 0; i < known; i++) {
    first[n + n + i] = 1;
    for (let j = 0; j <= width; j++) first[j] = (first[j] as number) - (tableau[i]?.[j] as number);
  }
  for (let i = 0; i < known; i++) first[n + n + i] = 0;
  pivot(tableau, first, basis);
  if (Math.abs(first[width] as number) > 1e-6) throw new Error("contradiction");
  // Artificial numbers that are left are zero: they leave where they can, and are kept at zero where they cannot.
  for (const [i, variable] of basis.entries()) {
    if (variable < n + n) continue;
    const entering = (tableau[i] as number[]).findIndex((value, j) => j < n + n && Math.abs(value) > tiny);
    if (entering < 0) continue;
    exchange(tableau, first, i, entering);
    basis[i] = entering;
  }
  const end = (variable: number, sign: 1 | -1): number => {
    const j = at.get(variable);
    if (j === undefined) return lower[variable] as number;
    const work = tableau.map((row) => row.map((value, c) => (c >= n + n && c < width ? 0 : value)));
    const own = [...basis];
    const costs = Array.from({ length: width + 1 }, () => 0);
    costs[j] = sign;
    const held = own.indexOf(j);
    if (held >= 0)
      for (let c = 0; c <= width; c++) costs[c] = (costs[c] as number) - sign * (work[held]?.[c] as number);
    pivot(work, costs, own);
    return (lower[variable] as number) - sign * (costs[width] as number);
  };
  return asked.map((variable) => ({ lower: end(variable, 1), upper: end(variable, -1) }));
}
