import {
  type Condition,
  counted,
  type ExplainedField,
  type ExplainedStep,
  type Explanation,
  notGuarded,
} from "@konsil/core";
import { algorithmWords } from "./algorithm-words.ts";
import { wrapped, wrappedBeside } from "./wrapped.ts";

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
export const sentence = (text: string): string => `${capital(text)}.`;

/** What is explained, and whose policy it is: "a hospital's default policy", "policy.json". */
export interface Explained {
  readonly explanation: Explanation;
  readonly policyName: string;
}

export function lead({ explanation: { algorithm, never, steps } }: Explained): readonly string[] {
  const does = algorithmWords[algorithm.split("@")[0] ?? ""]?.does;
  return [
    ...(never === null
      ? []
      : [
          `Under this policy the site answers no question of it: ${never}. What follows is what would leave if it were permitted.`,
        ]),
    ...(does === undefined ? [] : [does]),
    `It asks this site up to ${counted(steps.length, "different question")}, of which the arguments choose. What is said here of a question is what the software does with it, from its declaration; only what its parts mean is in its developer's words.`,
  ];
}

const labels = [
  ["abstains", "The site leaves the analysis to the others where"],
  ["refuses", "The site refuses, and the analysis ends, where"],
] as const;

/** When a site does not answer, by what it does then. */
export function withoutAnswer(
  conditions: readonly Condition[],
): readonly { readonly label: string; readonly whens: readonly string[] }[] {
  return labels
    .map(([does, label]) => ({
      label,
      whens: conditions.flatMap(({ site, when }) => (site === does ? [when] : [])),
    }))
    .filter(({ whens }) => whens.length > 0);
}

export const neverLabel = "Under this policy the site never answers this";
export const nothingDemanded = "Nothing is demanded under this policy";

export function changed({ explanation }: Explained): string {
  return explanation.settings.every(({ isDefault }) => isDefault)
    ? "Every setting is a hospital's default."
    : "Settings that are not a hospital's default are marked *.";
}

function fieldText(field: ExplainedField): string {
  const lines = [`      ${field.field}: ${field.means ?? field.is}`.trimEnd()];
  if (field.means !== null) lines.push(wrapped("         ", capital(field.is)));
  lines.push(wrapped("         Rule: ", field.rule));
  if (field.otherwise !== "") lines.push(wrapped("         Else: ", `the site ${field.otherwise}`));
  return lines.join("\n");
}

function conditionText(conditions: readonly Condition[], indent: string): readonly string[] {
  return withoutAnswer(conditions).flatMap(({ label, whens }) => [
    `${indent}${label}`,
    ...whens.map((when) => wrapped(`${indent}  - `, when)),
  ]);
}

function stepText(step: ExplainedStep, i: number): string {
  return [
    `${i + 1}. ${step.name} ${step.version}`,
    ...(step.asks === null ? [] : [wrapped("   Asks  ", step.asks)]),
    ...(step.reads === null ? [] : [wrapped("   Reads ", step.reads)]),
    ...(step.never === null ? [] : [wrapped("   ", `${neverLabel}: ${step.never}.`)]),
    step.never === null ? "   Leaves" : "   Would leave",
    ...step.fields.map(fieldText),
    ...conditionText(step.conditions, "   "),
  ].join("\n");
}

/** What an algorithm asks of a site, and what its policy makes of it, for a terminal. */
export function explainText(explained: Explained): string {
  const { explanation, policyName } = explained;
  const { algorithm, title, steps, besides, settings, conditions, seenBy, stays } = explanation;
  const columnWidth = Math.max(...settings.map(({ setting }) => setting.length));
  const valueWidth = Math.max(
    ...settings.flatMap(({ value }) => [
      Math.min(24, value.length),
      ...value.split(" ").map(({ length }) => length),
    ]),
  );
  const list = (items: readonly string[]): string => items.map((item) => wrapped("  - ", item)).join("\n");
  return `${[
    `${algorithm}: ${title}, under ${policyName}`,
    lead(explained)
      .map((text) => wrapped("", text))
      .join("\n"),
    ...steps.map(stepText),
    [
      "Before any question",
      ...(conditions.length === 0 ? [`  ${nothingDemanded}.`] : conditionText(conditions, "  ")),
    ].join("\n"),
    ["What leaves with every answer", list(besides)].join("\n"),
    ["Who sees it", list(seenBy)].join("\n"),
    ["What does not leave", list(stays)].join("\n"),
    [
      `The policy: ${policyName}. ${changed(explained)}`,
      ...settings.map(({ setting, value, isDefault, means }) =>
        wrappedBeside(
          `  ${isDefault ? " " : "*"} ${setting.padEnd(columnWidth)}  `,
          [{ text: value, width: valueWidth }],
          means,
        ),
      ),
    ].join("\n"),
    ["Not yet guarded", list(notGuarded.map(capital))].join("\n"),
  ].join("\n\n")}\n`;
}
