import type { Pace } from "../../src/remote/pace.ts";

/** A server and nodes that answer in milliseconds. */
export const fastPace: Pace = {
  first: 1,
  longest: 8,
  afterEvent: 0,
  patience: 120,
  result: 80,
  outage: 400,
  grace: 200,
  kill: 2000,
  lookups: [1, 4, 12],
  horizon: 600,
};
