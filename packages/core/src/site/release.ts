import { DefinitionError } from "../errors/index.ts";
import { type Policy, tighteningSettings, Withholding } from "../policy/index.ts";
import { type Dimensions, kindOf, type Release, type ReleaseContext } from "../statistics/index.ts";
import type { AnyStep } from "../step/index.ts";
import type { Columns } from "../table/index.ts";
import type { ReleaseNote } from "./message.ts";

/** What leaves: the wire form of every declared field, and under which rule. */
export interface ReleasedOutput {
  readonly output: Readonly<Record<string, unknown>>;
  readonly released: readonly ReleaseNote[];
  /** The widest slack of its intervals: the number of rows is told no more exactly than they are. */
  readonly slack: { readonly below: number; readonly above: number };
}

interface Releasing {
  /** The site's own, or what a researcher's wish makes of it. */
  readonly policy: Policy;
  readonly own: Policy;
  readonly few: ReadonlySet<string>;
  readonly rows: number;
  readonly dimensions: Dimensions;
  readonly columns: Columns;
  readonly measured: ReleaseContext["measured"];
}

/**
 * Checks what a step returned against its declaration, and applies the site's rule to every field.
 * @throws DefinitionError OUTPUT_INVALID for a field that is missing, undeclared or of another shape
 * @throws Withholding
 */
export function release(
  step: AnyStep,
  value: Readonly<Record<string, unknown>>,
  context: Releasing,
): ReleasedOutput {
  const { policy, own } = context;
  requireDeclared(step, value, context.dimensions);
  // What the site would not tell without a wish no wish may measure, by where its refusals begin.
  if (tighteningSettings.some((setting) => policy[setting] !== own[setting]))
    releaseFields(step, value, { ...context, policy: own });
  return releaseFields(step, value, context);
}

function requireDeclared(
  step: AnyStep,
  value: Readonly<Record<string, unknown>>,
  dimensions: Dimensions,
): void {
  const undeclared = Object.keys(value).find((field) => !Object.hasOwn(step.output, field));
  if (undeclared !== undefined) {
    throw new DefinitionError(
      "OUTPUT_INVALID",
      `Step "${step.name}" returned "${undeclared}", which it does not declare, so it does not leave.`,
    );
  }
  for (const [field, statistic] of Object.entries(step.output)) {
    const problem = Object.hasOwn(value, field)
      ? kindOf(statistic).problem(statistic, value[field], dimensions)
      : "is missing";
    if (problem !== undefined)
      throw new DefinitionError(
        "OUTPUT_INVALID",
        `Step "${step.name}" returned a "${field}" that ${problem}.`,
      );
  }
}

function releaseFields(
  step: AnyStep,
  value: Readonly<Record<string, unknown>>,
  context: Releasing,
): ReleasedOutput {
  const output: Record<string, unknown> = {};
  const released: ReleaseNote[] = [];
  let below = 0;
  let above = 0;
  let refusal: Withholding | undefined;
  for (const [field, statistic] of Object.entries(step.output)) {
    const left = unlessRefused(() =>
      kindOf(statistic).release(statistic, value[field], {
        policy: context.policy,
        own: context.own,
        few: context.few,
        field,
        words: step.words?.fields,
        rows: context.rows,
        dimensions: context.dimensions,
        other: (name) => value[name],
        measured: context.measured,
        columnName: (key) => {
          const column = context.columns[key];
          return column !== undefined && "name" in column ? (column.name as string) : key;
        },
      }),
    );
    if (left instanceof Withholding) {
      refusal ??= left;
      continue;
    }
    const { wire, cells, masked, slack, rule } = left;
    // One field decides: an interval between the ends of two would tell how these differ.
    if (slack !== undefined && slack.below + slack.above > below + above) ({ below, above } = slack);
    output[field] = wire;
    released.push({ field, kind: statistic.kind, cells, masked, rule });
  }
  if (refusal !== undefined) throw refusal;
  return { output, released, slack: { below, above } };
}

/** A refusal waits for the other fields: a site that abstains is not in the analysis, and has nothing to end. */
function unlessRefused(work: () => Release): Release | Withholding {
  try {
    return work();
  } catch (error) {
    if (error instanceof Withholding && !error.abstains) return error;
    throw error;
  }
}

/** @throws Withholding when the site has too few rows for the step; it abstains */
export function requireRows(policy: Policy, rows: number, parameters: number): void {
  if (rows < policy.minimumRows) {
    throw new Withholding(
      "ROWS_TOO_FEW",
      `{site} abstains: fewer rows are left for this analysis than the policy there permits (minimumRows ${policy.minimumRows}). Widen the filter, or leave out columns that many people lack.`,
      true,
    );
  }
  if (parameters > 0 && !policy.open && parameters > policy.maximumParameterShare * rows) {
    throw new Withholding(
      "PARAMETERS_TOO_MANY",
      `{site} abstains: the model has more parameters for the rows there than the policy permits (maximumParameterShare ${policy.maximumParameterShare}). Use fewer terms.`,
      true,
    );
  }
}
