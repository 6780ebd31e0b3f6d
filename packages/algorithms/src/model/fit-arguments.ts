import { calledElsewhere } from "@konsil/core";
import { z } from "zod";

/** Of confidence limits. */
export const confidenceLevel = calledElsewhere(
  z.number().gt(0).lt(1).default(0.95),
  "conf.int",
  "conf.level",
  "level",
);

/** For what looks at arguments together: only where each was read, since one of another name would be missing. */
export const whenRead: { readonly when: (payload: z.core.ParsePayload) => boolean } = {
  when: ({ issues }) => issues.length === 0,
};

/** Whose rule ends a fit. R's control is a list, which are arguments of their own here. */
export const control = z
  .enum(["konsil", "R"], {
    error: ({ input }) =>
      typeof input === "object" && input !== null
        ? 'must be "konsil" or "R"; `tolerance` and `iterations` are arguments beside it'
        : undefined,
  })
  .default("konsil");

/** When a fit is near enough. */
export const tolerance = z.number().gt(0).max(1e-3);

/** How R calls `tolerance` and `iterations`. */
export const controlInR = { tolerance: ["eps", "epsilon"], iterations: ["maxit", "iter.max"] } as const;
