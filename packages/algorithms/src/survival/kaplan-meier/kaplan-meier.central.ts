import {
  ArgumentError,
  type Central,
  exactnessWords,
  type Increments,
  type Masked,
  type WithheldBecause,
} from "@konsil/core";
import type { z } from "zod";
import { formulaVariables, groupLabels, nameText } from "../../formula/index.ts";
import { knowVariables, noRowLeft, type variablesStep } from "../../model/index.ts";
import { formulaOf, parseSurvivalFormula, questionOf } from "../arguments.ts";
import type { kaplanMeierArguments } from "./arguments.ts";
import { type AtTimes, atTimes, type Curve, curveOf, type RestrictedMean, restrictedMean } from "./curve.ts";
import { departuresStep } from "./departures.step.ts";
import { envelopeOf } from "./envelope.ts";
import { flatBeyond } from "./flat-beyond.ts";
import { median, type Quantile, quartiles } from "./quantile.ts";
import { type Within, withinOf } from "./within.ts";
import { withoutWords } from "./without.ts";

export interface SurvivalGroup {
  /** As R labels it: "grade=2"; empty when there is one curve for all. */
  readonly label: string;
  /** The level of each variable. */
  readonly levels: Readonly<Record<string, string>>;
  /** People. */
  readonly n: number;
  /** Events; weighted when there are weights. */
  readonly events: number;
  readonly median: Omit<Quantile, "probability">;
  readonly quantiles: readonly Quantile[];
  readonly restrictedMean: RestrictedMean | null;
  /** At the times that were asked for. */
  readonly atTimes: AtTimes | null;
  readonly curve: Curve;
  /** Between which values these numbers would lie if times were exact; null where they are. */
  readonly within: Within | null;
  /** Sites that abstain from this group, `of` how many in all, and the people there, who are not in `n`. */
  readonly abstained: {
    readonly sites: readonly string[];
    readonly of: number;
    readonly people: Masked;
  } | null;
}

/** A group whose curve is not given, and why. */
export interface WithheldGroup {
  readonly label: string;
  readonly levels: Readonly<Record<string, string>>;
  readonly because: WithheldBecause;
  readonly abstained: SurvivalGroup["abstained"];
}

export interface KaplanMeierValue {
  readonly formula: string;
  /** People in `groups`. */
  readonly n: number;
  readonly events: number;
  readonly confidenceLevel: number;
  readonly confidenceType: "plain" | "log" | "log-log" | "none";
  /** How exactly times are known: "exact", "lattice of 30 days" or "batches of 5, lattice of 30 days", without the unit where it is not known. */
  readonly exactness: string;
  /** The unit that the data declare for the time. */
  readonly timeUnit: string | null;
  /** Groups with at least one person. */
  readonly groups: readonly SurvivalGroup[];
  /** Groups with too little known of them for a curve. */
  readonly withheld: readonly WithheldGroup[];
}

function abstainedFrom(
  { abstained }: Pick<Increments<string>, "abstained">,
  of: number,
): SurvivalGroup["abstained"] {
  return abstained === null ? null : { ...abstained, of };
}

type Arguments = z.output<typeof kaplanMeierArguments>;

export async function estimateCurves(
  args: Arguments,
  context: Central<typeof variablesStep | typeof departuresStep>,
): Promise<KaplanMeierValue> {
  const { group = [], weights, confidenceLevel, confidenceType, times, tau } = args;
  const groups = typeof group === "string" ? [group] : group;
  const text = formulaOf(args, groups.map(nameText), "time, event and group");
  const formula = parseSurvivalFormula(text);
  const number = formula.variables.find(({ kind }) => kind === "numeric");
  if (number !== undefined || formula.terms.some((term) => term.length > 1) || formula.offsets.length > 0) {
    throw new ArgumentError(
      "FORMULA_VARIABLE",
      `The terms of "${text}" must be groups: columns joined by "+". Ranges of numbers are derived in the data with cut().`,
    );
  }
  const question = questionOf(formula, weights);
  const { asked, shown } = await knowVariables(context, {
    columns: [],
    factors: [...question.columns, ...question.factors],
    complete: question.complete,
    levels: args.levels,
    rareLevels: args.rareLevels,
  });
  const by = formula.variables.map((_, i) => i);
  const { departures } = await context.pool(departuresStep, {
    formula: text,
    ...asked,
    by,
    weights: weights ?? null,
  });
  const labels = groupLabels(formula, shown, by);
  const lastTime = Math.max(0, ...departures.cells.map(({ at }) => at.at(-1) ?? 0));
  const limit = lastTime > 0 || tau !== undefined ? (tau ?? lastTime) : null;
  const withheld = departures.cells.flatMap((cell, i): WithheldGroup[] => {
    const label = labels[i];
    const { withheld: because } = cell;
    return because === null || label === undefined
      ? []
      : [{ ...label, because, abstained: abstainedFrom(cell, context.sites.length) }];
  });
  const confidence = { level: confidenceLevel, type: confidenceType };
  const found = departures.cells.flatMap((cell, i): SurvivalGroup[] => {
    const { total } = cell;
    const n = total.event + total.censored;
    const label = labels[i];
    if (n === 0 || label === undefined) return [];
    const envelope = envelopeOf(cell, Array.from(cell.at));
    const curve = curveOf(cell, envelope, confidence);
    const isExact = envelope === null;
    return [
      {
        ...label,
        n,
        events: weights === undefined ? total.event : cell.weight.event.reduce((sum, w) => sum + w, 0),
        median: median(curve, isExact),
        quantiles: quartiles(curve, isExact),
        restrictedMean: limit === null ? null : restrictedMean(curve, limit, isExact),
        atTimes: times === undefined ? null : atTimes(curve, times, { type: confidenceType, isExact }),
        curve,
        within: withinOf(cell, curve, envelope, {
          times: times === undefined ? null : [...times].sort((a, b) => a - b),
          tau: limit,
        }),
        abstained: abstainedFrom(cell, context.sites.length),
      },
    ];
  });
  if (found.length + withheld.length === 0)
    throw noRowLeft([...formulaVariables(formula).all, ...(weights === undefined ? [] : [weights])]);
  const beyond = flatBeyond(found);
  if (beyond !== null) context.warn(beyond);
  for (const words of withoutWords({ groups: found, withheld })) context.warn(words);
  const [timeColumn] = formula.response.time.columns;
  const declared = timeColumn === undefined ? undefined : context.variables[timeColumn];
  const { exactness } = departures;
  return {
    formula: text,
    n: found.reduce((sum, { n }) => sum + n, 0),
    events: found.reduce((sum, { events }) => sum + events, 0),
    confidenceLevel,
    confidenceType,
    exactness: exactnessWords(exactness),
    timeUnit:
      declared?.type === "numeric" && formula.response.time.kind === "column"
        ? (declared.unit ?? null)
        : null,
    groups: found,
    withheld,
  };
}
