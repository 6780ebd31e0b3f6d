import { describe, expect, it } from "vitest";
import { halfExpected } from "../half-expected.ts";
import { tally } from "../tally.ts";
import { addStratum, noSums } from "./sums.ts";

const k = 5;
/** Most sites expect 6 events in the smaller group, and some 18. */
const rows = Array.from({ length: 46 }, (_, i) => (i < 40 ? 300 : 900));
const [treated, eventShare, federations] = [0.2, 0.1, 150];

/** Marsaglia's xorshift: the same patients each time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return ((state >>> 0) + 0.5) / 2 ** 32;
  };
}

/** A site whose two groups do not differ. */
function site(n: number, draw: () => number) {
  const time = Float64Array.from({ length: n }, () => -Math.log(draw()));
  const event = Uint8Array.from({ length: n }, () => (draw() < eventShare ? 1 : 0));
  const group = Int32Array.from({ length: n }, () => (draw() < treated ? 1 : 0));
  const sums = noSums(2);
  addStratum(sums, tally(time, event, group, 2), 0);
  const events = [0, 0];
  const people = [0, 0];
  for (let i = 0; i < n; i++) {
    people[group[i] as number]!++;
    events[group[i] as number]! += event[i] as number;
  }
  return { n, people, events, sums };
}

type Site = ReturnType<typeof site>;

const fewEvents = ({ events }: Site): boolean => events.some((d) => d > 0 && d < k);
const fewExpected = ({ n, people, events }: Site): boolean => {
  const all = events.reduce((sum, d) => sum + d, 0);
  return people.some((own) => halfExpected(all, own / n) < k);
};

/** Of how many federations without any difference the test says that there is one, by which sites take part. */
function rejected(leaves: (one: Site) => boolean): number {
  const draw = random(20_260_401);
  let [found, tested] = [0, 0];
  for (let i = 0; i < federations; i++) {
    const kept = rows.map((n) => site(n, draw)).filter((one) => !leaves(one));
    if (kept.length === 0) continue;
    const difference = kept.reduce(
      (sum, { sums }) => sum + (sums.observed[1] as number) - (sums.expected[1] as number),
      0,
    );
    const variance = kept.reduce((sum, { sums }) => sum + (sums.variance[3] as number), 0);
    tested++;
    if (difference ** 2 / variance > 3.841) found++;
  }
  return found / tested;
}

describe("of groups without any difference, the test by site", () => {
  it("rejects one in twenty where sites take part by the events that are expected", () => {
    expect(rejected((one) => fewExpected(one) || fewEvents(one))).toBeLessThan(0.08);
    expect(rejected(() => false)).toBeLessThan(0.08);
  });

  it("rejects far more where sites leave by the events that there were", () => {
    expect(rejected(fewEvents)).toBeGreaterThan(0.1);
  });
});
