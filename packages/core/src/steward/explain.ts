import type { AnyAlgorithm } from "../algorithm/index.ts";
import { noLedger, type Policy, permits } from "../policy/index.ts";
import { sumsOf } from "../site/few-values.ts";
import { policyNote } from "../site/index.ts";
import {
  type AnyStatistic,
  honestShare,
  innerKind,
  innermost,
  type KindName,
  type Sums,
  widestSpread,
} from "../statistics/index.ts";
import type { AnyStep } from "../step/index.ts";
import { otherwise, ruleFor } from "./rule.ts";
import { sentSettings } from "./sent-settings.ts";
import { type SettingWords, settingsInWords } from "./settings.ts";
import { statisticInWords } from "./statistic-words.ts";

/** When a site does not answer: it leaves the analysis to the others, or refuses, which ends it. */
export interface Condition {
  readonly when: string;
  readonly site: "abstains" | "refuses";
}

/** A statistic that leaves in answer to a step. */
export interface ExplainedField {
  readonly field: string;
  readonly kind: KindName;
  /** What kind of statistic it is, by what. */
  readonly is: string;
  /** What it is in the analysis, in its developer's words; null where there are none. */
  readonly means: string | null;
  /** The rule of the policy that it has to keep. */
  readonly rule: string;
  /** What the site does otherwise; empty where nothing can happen. */
  readonly otherwise: string;
}

export interface ExplainedStep {
  readonly name: string;
  readonly version: number;
  readonly asks: string | null;
  readonly reads: string | null;
  /** Why the site never answers it under this policy; null where it can. */
  readonly never: string | null;
  readonly fields: readonly ExplainedField[];
  readonly conditions: readonly Condition[];
}

/** What an algorithm asks of a site under a policy, from the declarations of its steps. */
export interface Explanation {
  readonly algorithm: string;
  readonly title: string;
  /** Why the site answers none of the questions; null where the policy permits the algorithm. What follows is as if it did. */
  readonly never: string | null;
  readonly steps: readonly ExplainedStep[];
  /** Before any question is answered. */
  readonly conditions: readonly Condition[];
  /** What leaves with every answer, besides its fields. */
  readonly besides: readonly string[];
  readonly settings: readonly SettingWords[];
  readonly seenBy: readonly string[];
  readonly stays: readonly string[];
}

const refuses = (when: string): Condition => ({ when, site: "refuses" });
const abstains = (when: string): Condition => ({ when, site: "abstains" });

const fewOf = ({ minimumCell }: Policy): string => (minimumCell > 2 ? `1 to ${minimumCell - 1}` : "1");

function fieldOf(step: AnyStep, field: string, statistic: AnyStatistic, policy: Policy): ExplainedField {
  const leaves = neverAnswered(step, policy) === null;
  return {
    field,
    kind: innerKind(statistic),
    is: statisticInWords(statistic),
    means: step.words?.fields[field] ?? null,
    rule: leaves ? ruleFor(statistic, policy) : "does not leave",
    otherwise: leaves ? otherwise(statistic, policy) : "",
  };
}

function neverAnswered({ needsExactTimes }: AnyStep, { eventTimes }: Policy): string | null {
  return needsExactTimes && eventTimes !== "exact"
    ? `it tells times of events apart, and eventTimes is "${eventTimes}"`
    : null;
}

/** Where sums are weighted, and whoever asks chooses the weights. */
function ofWeights(step: AnyStep, policy: Policy): readonly Condition[] {
  const isWeighted = Object.values(step.output).some((statistic) => {
    const own = innermost(statistic);
    return own.kind === "sums" && (own as Sums<string>).effective !== null;
  });
  if (!isWeighted) return [];
  const { minimumRows, minimumEffectiveShare } = policy;
  const few = `weighted sums would rest on fewer than ${minimumRows} rows (minimumRows) or than ${minimumEffectiveShare} of the rows (minimumEffectiveShare), counted as (Σw)²/Σw²`;
  return [
    ...(step.isEvaluation
      ? [refuses(`a linear predictor lies farther than ${widestSpread} from the mean of all`)]
      : []),
    refuses(few),
    abstains(
      `${few}, and there are fewer than ${honestShare * minimumRows} rows (${honestShare} × minimumRows)`,
    ),
  ];
}

/** Where a number is summed. */
function ofValues(step: AnyStep, policy: Policy): readonly Condition[] {
  return sumsOf(step).length > 0
    ? [
        abstains(
          `a number has no more different values than there are sums of it (three, or more with arithmetic), and ${fewOf(policy)} people have one of them (minimumCell)`,
        ),
      ]
    : [];
}

/** Kinds that tell no number of people. Whether a level is named tells whether it has k. */
const withoutNumbers: readonly KindName[] = ["flags", "range"];

/** Where few rows are left out of its table, of the columns that it declares, by key; or stay in it without a derived one. */
function ofIncompleteRows({ output, leavesOut }: AnyStep, policy: Policy): readonly Condition[] {
  const tellsNumbers = Object.values(output).some((one) => !withoutNumbers.includes(innerKind(one)));
  if (!tellsNumbers || policy.fewIncomplete === "permit") return [];
  const { lacking, unlisted, kept } = leavesOut ?? { lacking: null, unlisted: null, kept: [] };
  const of = (keys: readonly string[] | null): string => (keys === null ? "" : ` of ${keys.join(" or ")}`);
  const why = [
    ...(lacking?.length === 0 ? [] : [`for want of a value${of(lacking)}`]),
    ...(unlisted?.length === 0 ? [] : [`for a level${of(unlisted)} that was not asked for`]),
  ];
  const few = fewOf(policy);
  return [
    ...(why.length === 0 ? [] : [abstains(`${few} rows are left out ${why.join(", or ")} (fewIncomplete)`)]),
    ...(kept.length === 0
      ? []
      : [
          abstains(
            `${policy.minimumCell} or more rows without a derived column stay, and ${few} of them lack it for want of the same of the columns behind it, or for a level that it leaves out (fewIncomplete)`,
          ),
        ]),
  ];
}

function conditionsOf(step: AnyStep, policy: Policy): readonly Condition[] {
  const { open } = policy;
  if (neverAnswered(step, policy) !== null) return [];
  const own = Object.values(step.refusals).map((words) => abstains(words));
  if (open) return own;
  return [
    ...ofIncompleteRows(step, policy),
    ...(step.isModel
      ? [
          abstains(
            `the model has more parameters than ${policy.maximumParameterShare} of the rows here (maximumParameterShare)`,
          ),
        ]
      : []),
    ...(step.isEvaluation
      ? [
          refuses(
            `models of the same columns were asked at ${policy.maximumEvaluations} other coefficients over the same rows (maximumEvaluations), or all models that have one of these columns at ${policy.maximumColumnEvaluations} (maximumColumnEvaluations)`,
          ),
        ]
      : []),
    ...ofValues(step, policy),
    ...ofWeights(step, policy),
    ...own,
  ];
}

function beforeAnything(policy: Policy): readonly Condition[] {
  const { columns, open } = policy;
  const isAll = columns.allow === "all" && columns.deny.length === 0;
  return [
    ...(policy.minimumOrganizations > 1
      ? [
          refuses(
            `fewer than ${policy.minimumOrganizations} organizations are asked, this one among them (minimumOrganizations)`,
          ),
        ]
      : []),
    ...(isAll ? [] : [refuses("a column is read that the policy does not permit (columns)")]),
    ...(open
      ? []
      : [
          refuses(
            "rows are told apart at other points than those of a column's lattice (lattices, resolution)",
          ),
          refuses(
            `a column was asked for in ${policy.maximumTransforms} other forms of arithmetic (maximumTransforms)`,
          ),
          refuses(
            "people would be put in order by a time that is computed, but for days() between two dates and another unit (always)",
          ),
          refuses(
            "weights, or an outcome that is a count or a proportion, are computed, but for days() and conditions (always)",
          ),
          abstains(`fewer than ${policy.minimumRows} rows are left (minimumRows)`),
          abstains(
            `the filter, a condition in it, or a level that it names tells ${fewOf(policy)} people apart (minimumCell)`,
          ),
        ]),
  ];
}

function fieldsWhere(
  answered: readonly AnyStep[],
  test: (statistic: AnyStatistic) => boolean,
): readonly string[] {
  return answered.flatMap(({ output }) =>
    Object.entries(output).flatMap(([field, statistic]) => (test(statistic) ? [field] : [])),
  );
}

function seenBy(answered: readonly AnyStep[]): readonly string[] {
  const bySite = fieldsWhere(answered, ({ visibility }) => visibility === "site");
  return [
    "The researcher's desk receives this site's numbers by themselves, before they are added to those of the other sites: there is no secure aggregation yet.",
    bySite.length > 0
      ? `Whoever reads the result sees this site's ${bySite.join(", ")} by themselves, if they were asked for; all else only as sums over sites, besides the rows of each in the report.`
      : "Whoever reads the result sees only sums over sites, besides the rows of each in the report.",
    "The report of the analysis names the sites, how many rows of each were read, left by the filter and used, and what left under which rule.",
  ];
}

function besides(policy: Policy): readonly string[] {
  const { open, minimumCell } = policy;
  return [
    open || minimumCell < 2
      ? "How many rows were read, are left by the filter, and are used."
      : "How many rows were read, are left by the filter, and are used; where these differ by few, as intervals.",
    `Settings of the policy, by which its numbers have to be read: ${sentSettings(policyNote(policy, noLedger.name))}.`,
    "Whether rows, columns or policy changed during the analysis: a fingerprint, hashes of the whole database before any filter with a secret that stays here. It can be compared with nothing but that of another round.",
  ];
}

function stays(answered: readonly AnyStep[], policy: Policy): readonly string[] {
  const has = (kind: KindName): boolean =>
    fieldsWhere(answered, (statistic) => innerKind(statistic) === kind).length > 0;
  const { eventTimes, minimumCell, open, reason } = policy;
  if (open)
    return [
      `Rows stay, but under the open policy every statistic leaves exactly, also those that rest on one person. Reason given: ${reason}.`,
    ];
  return [
    "Rows of the database, and identifiers of people.",
    ...(has("distribution")
      ? [
          eventTimes === "batches"
            ? `The exact time of a single person: times leave for ${minimumCell} people or more together, with that of the last of them to the width of the lattice.`
            : `Not so times: they leave of single people too (eventTimes "${eventTimes}"). Reason given: ${reason}.`,
        ]
      : []),
    ...(has("levels") ? [`The name of a level that fewer than ${minimumCell} people have.`] : []),
    ...(has("weights") ? ["The weights behind sums: they are judged here."] : []),
    ...(has("comparedPeople")
      ? ["How many people are compared with others of their stratum: it is judged here."]
      : []),
    "Files, paths, and what goes wrong inside: a refusal names the rule and its setting, and nothing of the data.",
  ];
}

/** What an algorithm asks of a site, what leaves under this policy, and when the site does not answer. */
export function explain(algorithm: AnyAlgorithm, policy: Policy): Explanation {
  const { name, version, title, steps } = algorithm;
  const answered = steps.filter((step) => neverAnswered(step, policy) === null);
  return {
    algorithm: `${name}@${version}`,
    title,
    never: permits(policy.algorithms, name, version)
      ? null
      : `the policy does not permit ${name}@${version} (algorithms)`,
    steps: steps.map((step) => ({
      name: step.name,
      version: step.version,
      asks: step.words?.asks ?? null,
      reads: step.words?.reads ?? null,
      never: neverAnswered(step, policy),
      fields: Object.entries(step.output).map(([field, statistic]) =>
        fieldOf(step, field, statistic, policy),
      ),
      conditions: conditionsOf(step, policy),
    })),
    conditions: beforeAnything(policy),
    besides: besides(policy),
    settings: settingsInWords(policy),
    seenBy: seenBy(answered),
    stays: stays(answered, policy),
  };
}
