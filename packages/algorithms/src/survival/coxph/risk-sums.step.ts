import { count, counts, defineStep, flags, sums, weights } from "@konsil/core";
import { z } from "zod";
import { effectiveNumber, effectiveRows } from "../../model/people-behind.ts";
import { Spread } from "../../model/spread.ts";
import {
  behindEvents,
  coxColumns,
  coxDesign,
  coxIdentity,
  coxModel,
  fillCox,
  positions,
  scaleRows,
  scaling,
  totals,
} from "./cox-model.ts";

const eventTimes = z.array(
  z.strictObject({
    /** Distinct times of events, of all sites together, ascending. */
    at: z.array(z.number()),
    /** Positions in `at` of the times with several events, ascending. */
    tied: z.array(z.int().min(0)),
  }),
);

/** 1, the columns, and the lower triangle of their products. */
export function momentCount(p: number): number {
  return 1 + p + (p * (p + 1)) / 2;
}

/** Position of the last value that is not above `time`; −1 when there is none. */
function lastUpTo(at: readonly number[], time: number): number {
  let low = 0;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((at[middle] as number) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * What S0, S1 and S2 lose between one time of events and the next, at β: sums of w·exp(η) times 1, x and xx' over those
 * who leave observation in between. Every row is in one cell only; central adds up from the end. For times with several
 * events also the sums over those who die, which Efron's method takes off.
 */
export const coxRiskSumsStep = defineStep({
  name: "survival.cox-risk-sums",
  arguments: z.strictObject({
    model: coxModel,
    ties: z.enum(["efron", "breslow"]),
    scaling,
    /** By stratum. */
    times: eventTimes,
    beta: z.array(z.number()),
  }),
  columns: ({ model }) => coxColumns(model),
  dimensions({ model, times, ties }) {
    const p = coxDesign(model).columns.length;
    const positionsOf = (list: (one: (typeof times)[number]) => readonly number[]): readonly number[] =>
      positions(times.reduce((sum, one) => sum + list(one).length, 0));
    return {
      column: positions(p),
      total: totals,
      moment: positions(momentCount(p)),
      cell: positionsOf(({ at }) => at),
      tied: ties === "efron" ? positionsOf(({ tied }) => tied) : [],
    };
  },
  parameters: ({ model }) => coxDesign(model).columns.length,
  evaluates: ({ model }) => coxIdentity(model),
  eventTimes: "exact",
  output: {
    events: count(),
    censored: count(),
    /** People on whom the sums over events of each column rest. */
    behindEvents: counts(["column"], { small: "abstain" }),
    /** And those of weight and offset. */
    behindEventTotals: counts(["total"], { small: "abstain" }),
    leaving: counts(["cell"]),
    dying: counts(["tied"]),
    /** Of the case weights, and of w·exp(η) at this β. */
    weights: weights(),
    risk: sums(["cell", "moment"], { people: "leaving", effective: "weights" }),
    death: sums(["tied", "moment"], { people: "dying", effective: "weights" }),
    /** Σ w·x over events, and Σ w·η. */
    eventColumns: sums(["column"], { people: "behindEvents", effective: "weights" }),
    eventPredictors: sums([], { people: "events", effective: "weights" }),
    overflow: flags([]),
  },
  key: ({ model, ties, scaling: scale, times }) => ({ model, ties, scaling: scale, times }),
  prepare(table, { model, ties, scaling: scale, times }) {
    const rows = fillCox(model, table);
    const behind = behindEvents(rows);
    scaleRows(rows, scale);
    const firstCell: number[] = [];
    const tiedAt = new Map<number, number>();
    let cells = 0;
    for (const { at, tied } of times) {
      firstCell.push(cells);
      if (ties === "efron") for (const k of tied) tiedAt.set(cells + k, tiedAt.size);
      cells += at.length;
    }
    const cell = new Int32Array(rows.n);
    const tiedCell = new Int32Array(rows.n).fill(-1);
    for (let i = 0; i < rows.n; i++) {
      const stratum = rows.stratum[i] as number;
      const k = lastUpTo(times[stratum]?.at ?? [], rows.time[i] as number);
      cell[i] = k < 0 ? -1 : (firstCell[stratum] as number) + k;
      if (rows.event[i] === 1) tiedCell[i] = tiedAt.get(cell[i] as number) ?? -1;
    }
    return { rows, behind, cell, tiedCell, cells, tied: tiedAt.size };
  },
  run(_table, { beta }, { rows, behind, cell, tiedCell, cells, tied }) {
    const { n, p, matrix, weight, offset, event } = rows;
    const m = momentCount(p);
    const leaving = new Float64Array(cells);
    const dying = new Float64Array(tied);
    const risk = new Float64Array(cells * m);
    const death = new Float64Array(tied * m);
    const eventColumns = new Float64Array(p);
    let eventPredictors = 0;
    let events = 0;
    let isUsable = true;
    let sum = 0;
    let squares = 0;
    const etas = new Float64Array(n);
    for (let i = 0, x = 0; i < n; i++, x += p) {
      let eta = offset === undefined ? 0 : (offset[i] as number);
      for (let j = 0; j < p; j++) eta += (matrix[x + j] as number) * (beta[j] as number);
      const w = weight === undefined ? 1 : (weight[i] as number);
      const r = w * Math.exp(eta);
      etas[i] = eta;
      sum += r;
      squares += r * r;
      if (event[i] === 1) {
        events++;
        eventPredictors += w * eta;
        for (let j = 0; j < p; j++)
          eventColumns[j] = (eventColumns[j] as number) + w * (matrix[x + j] as number);
      }
      const own = cell[i] as number;
      if (own < 0) continue;
      if (!(r < 1e300)) isUsable = false;
      leaving[own]!++;
      addMoments(risk, own * m, matrix, x, p, r);
      const ownTied = tiedCell[i] as number;
      if (ownTied < 0) continue;
      dying[ownTied]!++;
      addMoments(death, ownTied * m, matrix, x, p, r);
    }
    if (!isUsable || !risk.every(Number.isFinite) || !Number.isFinite(eventPredictors)) {
      risk.fill(0);
      death.fill(0);
      eventColumns.fill(0);
      eventPredictors = 0;
      isUsable = false;
    }
    const spread = new Spread();
    spread.add(etas, n);
    const effective = Math.min(effectiveNumber(sum, squares, n), effectiveRows(weight, n));
    return {
      events,
      censored: n - events,
      weights: isUsable ? { effective, spread: spread.width() } : { effective: 0, spread: 0 },
      behindEvents: behind.columns,
      behindEventTotals: behind.totals,
      leaving,
      dying,
      risk,
      death,
      eventColumns,
      eventPredictors: [eventPredictors],
      overflow: [!isUsable],
    };
  },
});

function addMoments(
  into: Float64Array,
  start: number,
  matrix: Float64Array,
  x: number,
  p: number,
  r: number,
): void {
  let at = start;
  into[at] = (into[at] as number) + r;
  at++;
  for (let j = 0; j < p; j++, at++) into[at] = (into[at] as number) + r * (matrix[x + j] as number);
  for (let j = 0; j < p; j++) {
    const rx = r * (matrix[x + j] as number);
    for (let k = 0; k <= j; k++, at++) into[at] = (into[at] as number) + rx * (matrix[x + k] as number);
  }
}
