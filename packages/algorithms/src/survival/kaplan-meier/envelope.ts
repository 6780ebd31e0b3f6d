import type { Increments, Spans } from "@konsil/core";
import { stepAt } from "../step-at.ts";

/** Between which values the curve from the exact times lies, at some times. */
export interface Envelope {
  readonly least: readonly number[];
  readonly most: readonly number[];
  /** Greenwood's variance of log S(t) is no larger; infinite where nobody may be left. */
  readonly varianceLog: readonly number[];
  /** What can come from each time until the next. */
  readonly until: readonly Until[];
}

/** Who can have an event from a time until the next. */
interface Until {
  /** S(t) and the variance are no larger while none of them has it. */
  readonly most: number;
  readonly varianceLog: number;
  /** At most so many are at risk before each event, those first that lower S(t) least; at least so many before all. */
  readonly atRisk: { readonly most: readonly number[]; readonly least: number };
}

/** People who left after `from` and up to `to`; at `to` where the two are equal. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly people: number;
}

function sortedBy(key: "from" | "to", { from, to, people }: Spans): readonly Span[] {
  return people
    .map((count, i): Span => ({ from: from[i] as number, to: to[i] as number, people: count }))
    .sort((a, b) => a[key] - b[key]);
}

/**
 * Bounds of S(t) at each of `times`, ascending, when people are known to have left only within spans.
 *
 * An event lowers a product-limit estimate the more, the fewer are at risk. The least that S(t) can be: everyone who was
 * censored left at the start of the span and events come at its end, except that where t lies inside a span all its
 * events come by t. The most: events come at the start, whoever was censored stayed to the end, and inside a span no
 * event comes by t.
 */
export function envelopeOf(
  { spans, total }: Pick<Increments<"event" | "censored">, "spans" | "total">,
  times: readonly number[],
): Envelope | null {
  if (spans === null) return null;
  const n = total.event + total.censored;
  const most = mostSurvival(spans, n, times);
  const { varianceOfEnded, ...least } = leastSurvival(spans, n, times);
  const until = untilNext(spans, n, times, { most, varianceLog: varianceOfEnded });
  return { ...least, most, until };
}

const after = (survival: number, atRisk: number, events: number): number => {
  if (events === 0) return survival;
  return atRisk > 0 ? (survival * Math.max(0, atRisk - events)) / atRisk : 0;
};

type SpansByStream = NonNullable<Increments<"event" | "censored">["spans"]>;

/** d/(n(n − d)): a tie adds as much as the same events one after the other, and each the more, the fewer are at risk. */
const greenwood = (atRisk: number, events: number): number => {
  if (events === 0) return 0;
  return atRisk > events ? events / (atRisk * (atRisk - events)) : Number.POSITIVE_INFINITY;
};

/** The least survival, and with it the largest variance: both come of the most events among the fewest at risk. */
function leastSurvival(
  { event, censored }: SpansByStream,
  n: number,
  times: readonly number[],
): Pick<Envelope, "least" | "varianceLog"> & { readonly varianceOfEnded: readonly number[] } {
  const ending = sortedBy("to", event);
  const beginning = sortedBy("from", event);
  const leaving = sortedBy("from", censored);
  const least: number[] = [];
  const varianceLog: number[] = [];
  const varianceOfEnded: number[] = [];
  let [survival, variance, atRisk, ended, begun] = [1, 0, n, 0, 0];
  let [e, b, c] = [0, 0, 0];
  // At a time, events come before the censored (R's convention), and a span begins just after its start.
  const leaveBefore = (time: number): void => {
    for (; c < leaving.length && (leaving[c] as Span).from < time; c++) atRisk -= (leaving[c] as Span).people;
  };
  for (const time of times) {
    for (; e < ending.length && (ending[e] as Span).to <= time; e++) {
      const { to, people } = ending[e] as Span;
      leaveBefore(to);
      survival = after(survival, atRisk, people);
      variance += greenwood(atRisk, people);
      atRisk -= people;
      ended += people;
    }
    varianceOfEnded.push(variance);
    leaveBefore(time);
    for (; b < beginning.length; b++) {
      const { from, to, people } = beginning[b] as Span;
      if (from > time || (from === time && to > time)) break;
      begun += people;
    }
    least.push(after(survival, atRisk, begun - ended));
    varianceLog.push(variance + greenwood(atRisk, begun - ended));
  }
  return { least, varianceLog, varianceOfEnded };
}

function mostSurvival({ event, censored }: SpansByStream, n: number, times: readonly number[]): number[] {
  const ending = sortedBy("to", event);
  const leaving = sortedBy("to", censored);
  const sure: Span[] = [];
  let survival = 1;
  return times.map((time) => {
    const before = sure.length;
    while (sure.length < ending.length && (ending[sure.length] as Span).to <= time)
      sure.push(ending[sure.length] as Span);
    if (sure.length === before) return survival;
    let atRisk = n;
    let c = 0;
    survival = 1;
    for (const { from, to, people } of [...sure].sort((x, y) => x.from - y.from || x.to - y.to)) {
      for (; c < leaving.length; c++) {
        const left = leaving[c] as Span;
        if (left.to > from || (left.to === from && from === to)) break;
        atRisk -= left.people;
      }
      survival = after(survival, atRisk, people);
      atRisk -= people;
    }
    return survival;
  });
}

/**
 * S(t) and its variance at most, after no event, one, two and so on: the more have come, the larger is the variance and the
 * smaller S(t). Either alone is at its most where the other is not.
 */
export function* outcomes({ most, varianceLog, atRisk }: Until): Generator<readonly [number, number]> {
  yield [most, varianceLog];
  let survival = most;
  for (const [i, here] of atRisk.most.entries()) {
    survival = after(survival, here, 1);
    yield [survival, varianceLog + greenwood(atRisk.least, i + 1)];
  }
}

/** How many have surely left by a time. */
function goneBy(spans: Spans): (time: number) => number {
  const ending = sortedBy("to", spans);
  const ends = ending.map(({ to }) => to);
  let sum = 0;
  const gone = ending.map(({ people }) => {
    sum += people;
    return sum;
  });
  return (time) => gone[stepAt(ends, time)] ?? 0;
}

function untilNext(
  { event, censored }: SpansByStream,
  n: number,
  times: readonly number[],
  { most, varianceLog }: Pick<Envelope, "most" | "varianceLog">,
): readonly Until[] {
  const beginning = sortedBy("from", event);
  const leaving = sortedBy("from", censored);
  const [eventsBy, censoredBy] = [goneBy(event), goneBy(censored)];
  let [left, c] = [0, 0];
  return times.map((time, i) => {
    const next = times[i + 1] ?? time;
    const atRisk: number[] = [];
    for (const { from, people } of beginning.filter((span) => span.from < next && span.to > time)) {
      const here = n - eventsBy(from) - censoredBy(from);
      for (let k = 0; k < people; k++) atRisk.push(Math.min(here, (atRisk.at(-1) ?? n + 1) - 1));
    }
    for (; c < leaving.length && (leaving[c] as Span).from < next; c++) left += (leaving[c] as Span).people;
    return {
      most: most[i] as number,
      varianceLog: varianceLog[i] as number,
      atRisk: { most: atRisk, least: n - eventsBy(time) - left },
    };
  });
}
