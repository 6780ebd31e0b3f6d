import type { Central, Extent } from "@konsil/core";
import type { z } from "zod";
import {
  isNumber,
  type LevelVariable,
  type NumberVariable,
  type Summaries,
  summarise,
  type summarySteps,
} from "../summarise.central.ts";
import { requestOf } from "../variables.central.ts";
import type { summaryArguments } from "./arguments.ts";
import { rangeStep } from "./summary.step.ts";

/** A number or date, with the interval that holds all its values where it was asked for. */
export interface RangedVariable extends NumberVariable {
  readonly range?: Extent | null;
}

/** Summaries of columns, of all rows and by group. */
export interface SummaryValue extends Summaries {
  readonly variables: readonly (RangedVariable | LevelVariable)[];
}

export async function summaryCentral(
  args: z.output<typeof summaryArguments>,
  context: Central<(typeof summarySteps)[number] | typeof rangeStep>,
): Promise<SummaryValue> {
  const { n, by, variables, group } = await summarise(context, args);
  if (!args.range) return { n, by, variables };
  const ranged = await Promise.all(
    variables.map(async (variable): Promise<RangedVariable | LevelVariable> => {
      if (!isNumber(variable)) return variable;
      const pooled = await context.pool(rangeStep, {
        column: variable.variable,
        type: variable.type,
        by: group === null ? null : requestOf(group),
      });
      return { ...variable, range: pooled.range };
    }),
  );
  return { n, by, variables: ranged };
}
