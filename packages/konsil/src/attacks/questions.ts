import type { Answer, DataDeclaration } from "@konsil/core";
import type { Question } from "./target.ts";

/** Numbers of people, and sums of numbers, over the rows of a filter. */
export function momentsOf(numbers: readonly string[], data: DataDeclaration = {}): Question {
  return { algorithm: "summary", step: "counts.moments", arguments: { numbers, dates: [], by: null }, data };
}

/** A number as it is told: not exactly where its ends differ. */
export interface ToldNumber {
  readonly lower: number;
  readonly upper: number;
  readonly exact: number | undefined;
}

/** Who has each number, who lacks it, and sums of it. */
export interface ToldMoments {
  readonly people: readonly ToldNumber[];
  readonly missing: readonly ToldNumber[];
  readonly sums: readonly ToldNumber[];
}

interface Ends {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

/** What an answer about numbers tells; of sums, those of this name. */
export function momentsIn({ output }: Answer, sum = "sum"): ToldMoments {
  const { people, missing, sums } = output["numbers"] as {
    readonly people: Ends;
    readonly missing: Ends;
    readonly sums: Readonly<Record<string, Ends>>;
  };
  const told = (ends: Ends): readonly ToldNumber[] =>
    ends.lower.map((lower, i) => {
      const upper = ends.upper[i] as number;
      return { lower, upper, exact: lower === upper ? lower : undefined };
    });
  return { people: told(people), missing: told(missing), sums: told(sums[sum] as Ends) };
}

/** A table of counts. */
export function tableOf(
  variables: Readonly<Record<string, readonly string[]>>,
  data: DataDeclaration = {},
): Question {
  const asked = Object.entries(variables).map(([name, levels]) => ({ name, levels, others: "refuse" }));
  return {
    algorithm: "crosstab",
    step: "counts.crosstab",
    arguments: { variables: asked, missingLevel: false },
    data,
  };
}

/** Variables of a formula's right side. */
export type Known = Readonly<Record<string, unknown>>;

export const numeric: { readonly type: "numeric" } = { type: "numeric" };

interface GlmQuestion {
  readonly formula: string;
  readonly variables: Known;
  readonly family?: "gaussian" | "poisson" | "binomial";
  readonly link?: "identity" | "log" | "logit";
  readonly weights?: string | null;
  readonly data?: DataDeclaration;
}

function glmModel({
  formula,
  variables,
  family = "gaussian",
  link = "identity",
  weights = null,
}: GlmQuestion) {
  return { formula, variables, others: "refuse", outcomeLevels: null, family, link, weights };
}

/** Sums of each column of a design, and of its squares. */
export function designOf(question: GlmQuestion): Question {
  return {
    algorithm: "glm",
    step: "regression.moments",
    arguments: { model: glmModel(question) },
    data: question.data ?? {},
  };
}

/** Weighted cross products of a design at coefficients that the asker chooses. */
export function evaluationOf(
  question: GlmQuestion & {
    readonly beta: readonly number[] | null;
    readonly centre: readonly number[];
  },
): Question {
  const { beta, centre, data = {} } = question;
  return {
    algorithm: "glm",
    step: "regression.irls",
    arguments: {
      model: glmModel(question),
      design: "full",
      scaling: { centre, factor: centre.map(() => 1) },
      beta,
    },
    data,
  };
}

/** The partial likelihood of a site at coefficients that the asker chooses. */
export function coxAt(question: {
  readonly formula: string;
  readonly variables: Known;
  readonly beta: readonly number[];
  readonly centre: readonly number[];
  readonly data?: DataDeclaration;
}): Question {
  const { formula, variables, beta, centre, data = {} } = question;
  return {
    algorithm: "coxph",
    step: "survival.cox-strata",
    arguments: {
      model: { formula, variables, others: "refuse", weights: null },
      ties: "breslow",
      scaling: { centre, factor: centre.map(() => 1), offset: 0 },
      beta,
    },
    data,
  };
}
