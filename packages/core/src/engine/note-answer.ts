import {
  type Answer,
  type ColumnsAnswer,
  type Identity,
  namesNote,
  type ReleaseNote,
} from "../site/index.ts";
import { type Exactness, leastExact } from "../statistics/index.ts";
import type { AnyStep } from "../step/index.ts";
import type { Attempt } from "./attempt.ts";

/** Writes down, for the report, what left a site. */
export function noteAnswer(attempt: Attempt, step: AnyStep, reply: Answer): void {
  attempt.rows.set(reply.site, reply.rows);
  for (const release of reply.released) noteRelease(attempt, step, reply.site, release);
  for (const [field, statistic] of Object.entries(step.output)) {
    if (statistic.kind !== "distribution") continue;
    const { exactness } = reply.output[field] as { readonly exactness: Exactness };
    attempt.exactness = leastExact([exactness, ...(attempt.exactness === null ? [] : [attempt.exactness])]);
  }
}

/** Likewise, of names of columns. */
export function noteNames(attempt: Attempt, step: Identity, reply: ColumnsAnswer): void {
  noteRelease(attempt, step, reply.site, namesNote(reply));
}

function noteRelease(attempt: Attempt, step: Identity, site: string, release: ReleaseNote): void {
  const key = `${step.name} ${release.field} ${site}`;
  const before = attempt.released.get(key);
  attempt.released.set(
    key,
    before === undefined
      ? { site, step: step.name, rounds: 1, ...release }
      : {
          ...before,
          rounds: before.rounds + 1,
          cells: before.cells + release.cells,
          masked: before.masked + release.masked,
        },
  );
}
