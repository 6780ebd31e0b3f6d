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

const fieldLabels = ["Field", "What it is", "Kind", "Rule", "Otherwise the site"] as const;
const settingLabels = ["Setting", "Value", "Default", "Meaning"] as const;

function fieldsTable({ never, fields }: ExplainedStep): TableView {
  const text = (name: string, label: string) => ({ name, label, format: "text" as const });
  return {
    title: never === null ? "What leaves" : "What would leave",
    columns: [
      text("field", fieldLabels[0]),
      text("means", fieldLabels[1]),
      text("is", fieldLabels[2]),
      text("rule", fieldLabels[3]),
      text("else", fieldLabels[4]),
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
      text("setting", settingLabels[0]),
      text("value", settingLabels[1]),
      text("default", settingLabels[2]),
      text("means", settingLabels[3]),
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

/** On a phone each row is a list, whose items say what they are. */
function stacked(rows: string, labels: readonly string[]): string {
  return labels
    .flatMap((label, i) =>
      i === 0 ? [] : [`${rows} > :nth-child(${i + 1})::before { content: "${label}: "; font-weight: 600 }`],
    )
    .join("\n");
}

/** Rules are sentences, and a table of them is read and not compared: all of it is seen at once, on any width. */
const css = `
main { max-width: 1060px }
main :is(p, header) { max-width: 720px }
main .konsil-scroll { width: auto !important; max-width: 100% !important; background: none !important }
.konsil table.konsil-table { width: 100% }
.konsil table.konsil-table :is(td, th) { white-space: normal !important; min-width: 0 !important; vertical-align: top !important; overflow-wrap: normal !important; hyphens: none }
@media screen and (max-width: 640px) {
.konsil table.konsil-table thead { display: none }
.konsil table.konsil-table :is(table, tbody, tr, td, th) { display: block; max-width: none !important; padding-inline: 0 !important }
.konsil table.konsil-table tbody tr { padding: .5em 0; border-top: 1px solid rgba(128,128,128,.4) !important }
.konsil table.konsil-table tbody th { font-weight: 600 }
.konsil table.konsil-table td:empty { display: none }
${stacked("tbody tr:has(> :nth-child(5))", fieldLabels)}
${stacked("tbody tr:not(:has(> :nth-child(5)))", settingLabels)}
}`;

/** The same as a page in one file. */
export function explainPage(explained: Explained): Page {
  const { explanation, policyName } = explained;
  const { algorithm, title, steps, conditions, besides, seenBy, stays } = explanation;
  return {
    title: `${algorithm}: ${title}`,
    subtitle: `What it asks of a site, under ${policyName}`,
    css,
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
      { title: "What leaves with every answer", paragraphs: besides },
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
