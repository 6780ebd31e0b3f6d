import type { AnyAlgorithm } from "@konsil/core";
import type { Target } from "./target.ts";

/** A policy in its written form. */
export type Written = "open" | Readonly<Record<string, unknown>>;

/** What an attacker concludes: right when it is the same as what the data say, which only the judge sees. */
export interface Finding {
  readonly what: string;
  readonly found: unknown;
  readonly truth: unknown;
}

/**
 * A researcher who asks for more than statistics. The steps are requests that any researcher can send: of every step, any
 * arguments.
 */
export interface Attack {
  readonly name: string;
  /** What the attacker is after, and knows before. */
  readonly wants: string;
  readonly knows: string;
  /** The site that is shown step by step; all are attacked. */
  readonly shown: string;
  /** A site's policy without the guard: the settings that the rule names loosened. Null where no setting loosens it. */
  readonly without: Written | null;
  /** The rule that stops it, or what would, where nothing does yet. */
  readonly rule: string;
  /** A column that the first patient of each site lacks. */
  readonly gap?: string;
  /** Algorithms that sites have besides Konsil's. */
  readonly algorithms?: readonly AnyAlgorithm[];
  /** Undefined when the attacker cannot conclude anything. */
  run(target: Target): Promise<Finding | undefined>;
}
