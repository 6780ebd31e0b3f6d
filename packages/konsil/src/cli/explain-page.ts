import { type Condition, type ExplainedStep, notGuarded } from "@konsil/core";
import { type Page, type TableView, tableHtml } from "@konsil/sdk";
import {
  changed,
  type Explained,
  lead,
  neverLabel,
  nothingDemanded,
  sentence,
  withoutAnswer,
} from "./explain-text.ts";

function fieldsTable({ never, fields }: ExplainedStep): TableView {
  const text = (name: string, label: string) => ({ name, label, format: "text" as const });
  return {
    title: never === null ? "What leaves" : "What would leave",
    columns: [
      text("field", "Field"),
      text("means", "What it is"),
      text("is", "Kind"),
      text("rule", "Rule"),
      text("else", "Otherwise the site"),
    ],
    values: {
      field: fields.map(({ field }) => field),
      means: fields.map(({ means }) => means ?? ""),
      is: fields.map(({ is }) => is),
      rule: fields.map(({ rule }) => rule),
      else: fields.map(({ otherwise }) => otherwise),
    },
  };
}

function settingsTable({ explanation: { settings } }: Explained): TableView {
  const text = (name: string, label: string) => ({ name, label, format: "text" as const });
  return {
    columns: [
      text("setting", "Setting"),
      text("value", "Value"),
      text("default", "Default"),
      text("means", "Meaning"),
    ],
    values: {
      setting: settings.map(({ setting }) => setting),
      value: settings.map(({ value }) => value),
      default: settings.map(({ isDefault }) => (isDefault ? "yes" : "no")),
      means: settings.map(({ means }) => means),
    },
  };
}

function conditionParagraphs(conditions: readonly Condition[]): readonly string[] {
  return withoutAnswer(conditions).map(({ label, whens }) => `${label}: ${whens.join("; ")}.`);
}

/** The same as a page in one file. */
export function explainPage(explained: Explained): Page {
  const { explanation, policyName } = explained;
  const { algorithm, title, steps, conditions, seenBy, stays } = explanation;
  return {
    title: `${algorithm}: ${title}`,
    subtitle: `What it asks of a site, under ${policyName}`,
    // Rules are sentences, and a table of them is read and not compared.
    css: ".konsil .konsil-table :is(td, th) { white-space: normal; min-width: 6em; vertical-align: top }",
    sections: [
      { paragraphs: lead(explained) },
      ...steps.map((step, i) => ({
        title: `${i + 1}. ${step.name}`,
        paragraphs: [
          ...(step.asks === null ? [] : [`Asks ${step.asks}.`]),
          ...(step.reads === null ? [] : [`Reads ${step.reads}.`]),
          ...(step.never === null ? [] : [`${neverLabel}: ${step.never}.`]),
          ...conditionParagraphs(step.conditions),
        ],
        html: tableHtml(fieldsTable(step)),
      })),
      {
        title: "Before any question",
        paragraphs: conditions.length === 0 ? [`${nothingDemanded}.`] : conditionParagraphs(conditions),
      },
      { title: "Who sees it", paragraphs: seenBy },
      { title: "What does not leave", paragraphs: stays },
      {
        title: "The policy",
        paragraphs: [changed(explained).replaceAll("marked *", "marked “no”")],
        html: tableHtml(settingsTable(explained)),
      },
      { title: "Not yet guarded", paragraphs: notGuarded.map(sentence) },
    ],
  };
}
