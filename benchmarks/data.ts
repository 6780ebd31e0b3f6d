import type { ColumnData, Source } from "@konsil/core";

/** Numbers from 0 to 1, the same on every machine (mulberry32, Ettinger 2017). */
export function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Columns of made-up patients: ten covariates, days with ties until an event or the end of follow-up, and an outcome. */
export interface Patients {
  readonly rows: number;
  readonly x: readonly Float64Array[];
  readonly days: Float64Array;
  readonly event: Float64Array;
  readonly group: Float64Array;
  readonly outcome: Float64Array;
}

export const covariates = 10;

export function makePatients(rows: number, seed: number): Patients {
  const random = uniform(seed);
  const column = (): Float64Array => new Float64Array(rows);
  const x = Array.from({ length: covariates }, column);
  const [days, event, group, outcome] = [column(), column(), column(), column()];
  for (let i = 0; i < rows; i++) {
    let eta = 0;
    for (let j = 0; j < covariates; j++) {
      // Half of the covariates are numbers, half are two-valued.
      const value =
        j % 2 === 0
          ? Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
          : Number(random() < 0.4);
      (x[j] as Float64Array)[i] = value;
      eta += value * (((j % 3) - 1) * 0.2 + 0.05);
    }
    const failure = (-Math.log(1 - random()) / Math.exp(eta)) * 1500;
    const censoring = random() * 3000;
    days[i] = Math.ceil(Math.min(failure, censoring));
    event[i] = Number(failure <= censoring);
    group[i] = Math.floor(random() * 8);
    outcome[i] = Number(random() < 1 / (1 + Math.exp(0.5 - eta)));
  }
  return { rows, x, days, event, group, outcome };
}

/** A part of the patients as a site's source: typed columns that are there already. */
export function sourceOf(patients: Patients, from: number, to: number): Source {
  const part = (values: Float64Array): ColumnData => ({ type: "numeric", values: values.subarray(from, to) });
  const columns = new Map<string, ColumnData>([
    ["days", part(patients.days)],
    ["event", part(patients.event)],
    ["group", part(patients.group)],
    ["outcome", part(patients.outcome)],
    ...patients.x.map((values, j): [string, ColumnData] => [`x${j + 1}`, part(values)]),
  ]);
  return {
    describe: async () => [...columns].map(([name, { type }]) => ({ name, type })),
    read: async (names) => ({
      rows: to - from,
      columns: new Map(names.map((name) => [name, columns.get(name) as ColumnData])),
    }),
  };
}
