import { z } from "zod";
import type { VariableInfo } from "../formula/index.ts";
import { otherLevels } from "./rare-levels.ts";

/** What steps are told of the variables of a model, once they are known: part of their arguments. */
export const knownArguments = {
  variables: z.record(
    z.string(),
    z.discriminatedUnion("type", [
      z.strictObject({ type: z.literal("numeric") }),
      z.strictObject({ type: z.literal("boolean") }),
      z.strictObject({ type: z.literal("category"), levels: z.array(z.string()).readonly() }),
    ]) satisfies z.ZodType<VariableInfo>,
  ),
  others: otherLevels,
};
