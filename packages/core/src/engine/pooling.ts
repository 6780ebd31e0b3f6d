import { AnalysisError } from "../errors/index.ts";
import type { Answer } from "../site/index.ts";
import { byCodePoint, type Dimensions, kindOf, type PoolContext } from "../statistics/index.ts";
import type { AnyStep } from "../step/index.ts";
import { inWords } from "./failures.ts";

/** A site's answer whose every field was read as its declaration says. */
export interface ReadAnswer {
  readonly site: string;
  readonly wires: Readonly<Record<string, unknown>>;
}

/** Reads an answer by the step's declaration; a message equals its declaration, or says which field of it differs. */
export function readAnswer(step: AnyStep, dimensions: Dimensions, answer: Answer): ReadAnswer | string {
  const extra = Object.keys(answer.output).find((field) => !Object.hasOwn(step.output, field));
  if (extra !== undefined) return `the field "${extra}" is not declared`;
  const wires: Record<string, unknown> = {};
  for (const [field, statistic] of Object.entries(step.output)) {
    if (!Object.hasOwn(answer.output, field)) return `the field "${field}" is missing`;
    const wire = kindOf(statistic).read(statistic, answer.output[field], dimensions);
    if (wire === undefined) return `the field "${field}" has another form`;
    wires[field] = wire;
  }
  return { site: answer.site, wires };
}

/** Pools what sites answered: the same bits in whatever order they answered. */
export function poolAnswers(
  step: AnyStep,
  dimensions: Dimensions,
  answers: readonly ReadAnswer[],
  strictest: Omit<PoolContext, "dimensions">,
): Readonly<Record<string, unknown>> {
  const sorted = [...answers].sort((a, b) => byCodePoint(a.site, b.site));
  const pooled: Record<string, unknown> = {};
  for (const [field, statistic] of Object.entries(step.output)) {
    const parts = sorted.map(({ site, wires }) => ({ site, wire: wires[field] }));
    try {
      pooled[field] = kindOf(statistic).pool(statistic, parts, { dimensions, ...strictest });
    } catch (cause) {
      throw new AnalysisError(
        "REPLY_INVALID",
        `The answers of ${inWords(sorted.map(({ site }) => site))} to "${step.name}" do not fit together, so no result comes of them. Their images may be of different releases: have them all use the same. What differs: the field "${field}".`,
        { cause },
      );
    }
  }
  return pooled;
}
