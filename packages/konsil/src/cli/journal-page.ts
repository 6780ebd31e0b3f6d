import { basename } from "node:path";
import { counted, type JournalLine, type Masked, sentSettings } from "@konsil/core";
import type { TableView, View } from "@konsil/sdk";
import { momentText } from "./moment.ts";

const timeOf = ({ at }: JournalLine): string => momentText(at);

const rowsText = (count: Masked): string =>
  typeof count === "number" ? String(count) : `${count.lower} to ${count.upper}`;

/** What stands in a journal where nobody was named. */
const nobody = "not given";

/** Who asked, where somebody was named. */
const askedBy = (researcher: string): string =>
  researcher === nobody ? "asked by somebody who is not named" : `asked by ${researcher}`;

/** Why nothing left, each reason once: beneath the table, which sentences would make too wide to read. */
function refusalNotes(lines: readonly JournalLine[]): readonly string[] {
  return [...new Set(lines.flatMap(({ code, words }) => (code === null ? [] : [`${code}: ${words ?? ""}`])))];
}

interface Row {
  readonly time: string;
  readonly times: string;
  readonly site: string;
  readonly step: string;
  readonly answer: string;
  readonly rows: string;
  readonly field: string;
  readonly cells: number | null;
  readonly masked: number | null;
  readonly rule: string;
}

/** A question that was asked again and again, as of a fit, and whose answers left under the same rules. */
interface Asked {
  readonly line: JournalLine;
  times: number;
}

function together(lines: readonly JournalLine[]): readonly Asked[] {
  const asked: Asked[] = [];
  const sameIn = ({
    site,
    step,
    asked: question,
    answer,
    code,
    words,
    rows,
    released,
  }: JournalLine): string => JSON.stringify([site, step, question, answer, code, words, rows, released]);
  for (const line of lines) {
    const last = asked.at(-1);
    if (last !== undefined && sameIn(last.line) === sameIn(line)) last.times++;
    else asked.push({ line, times: 1 });
  }
  return asked;
}

function rowsOf({ line, times }: Asked): readonly Row[] {
  const head = {
    time: timeOf(line),
    times: String(times),
    site: line.site,
    step: line.step ?? (line.algorithm === null ? "(not readable)" : "names of columns"),
    answer: line.answer,
    rows: line.rows === null ? "" : rowsText(line.rows.used),
  };
  const same = { time: "", times: "", site: "", step: "", answer: "", rows: "" };
  if (line.released.length === 0)
    return [{ ...head, field: "", cells: null, masked: null, rule: line.code ?? "" }];
  return line.released.map(({ field, cells, masked, rule }, i) => ({
    ...(i === 0 ? head : same),
    field,
    cells,
    masked,
    rule,
  }));
}

/** What an analysis asked of this site, in words: by it a steward sees what many questions have in common. */
function askedNotes(lines: readonly JournalLine[]): readonly string[] {
  const all = lines.flatMap(({ asked }) => (asked === null ? [] : [asked]));
  const said = (label: string, texts: readonly string[], joint = "; "): readonly string[] => {
    const once = [...new Set(texts)];
    return once.length === 0 ? [] : [`${label}: ${once.join(joint)}.`];
  };
  return [
    ...said(
      "Formula",
      all.flatMap(({ formula }) => formula ?? []),
    ),
    ...said(
      "Reads",
      all.flatMap(({ columns }) => columns),
      ", ",
    ),
    ...said(
      "Only rows where",
      all.flatMap(({ filter }) => filter ?? []),
    ),
    ...said(
      "Derived",
      all.flatMap(({ derived }) => derived),
    ),
  ];
}

function analysisTable(lines: readonly JournalLine[], manySites: boolean): TableView {
  const [first] = lines;
  const rows = together(lines).flatMap(rowsOf);
  const numbers = lines.flatMap(({ released }) => released);
  const total = (pick: (note: (typeof numbers)[number]) => number): number =>
    numbers.reduce((sum, note) => sum + pick(note), 0);
  const text = (name: keyof Row, label: string) => ({ name, label, format: "text" as const });
  const shown = [
    text("time", "Time (UTC)"),
    ...(manySites ? [text("site", "Site")] : []),
    text("step", "Question"),
    { ...text("times", "Times"), align: "end" as const },
    text("answer", "Answer"),
    { ...text("rows", "Rows"), align: "end" as const },
    text("field", "Field"),
    { name: "cells", label: "Numbers", format: "integer" as const },
    { name: "masked", label: "Masked", format: "integer" as const },
    text("rule", "Rule, or why nothing left"),
  ];
  const refused = lines.filter(({ answer }) => answer !== "answered").length;
  return {
    title: `${first?.algorithm ?? "A request that could not be read"}, ${askedBy(first?.researcher ?? nobody)}: analysis ${(first?.analysis ?? "").slice(0, 12)}`,
    columns: shown,
    values: Object.fromEntries(shown.map(({ name }) => [name, rows.map((row) => row[name as keyof Row])])),
    notes: [
      ...refusalNotes(lines),
      ...askedNotes(lines),
      `Asked of ${[...new Set(lines.flatMap(({ roster }) => roster))].join(", ")}.`,
      `${counted(lines.length, "reply", "replies")}, ${refused} of them refused or abstained; ${counted(
        total(({ cells }) => cells),
        "number",
      )} left, ${total(({ masked }) => masked)} of them masked.`,
      ...(lines.some(({ fingerprint }) => fingerprint)
        ? ["With each answer left a fingerprint of rows, columns and policy: it tells whether these changed."]
        : []),
      ...[...new Set(lines.flatMap(({ policy }) => (policy === null ? [] : [sentSettings(policy)])))].map(
        (settings) => `With answers left settings of the policy: ${settings}.`,
      ),
    ],
  };
}

/** A site's journal by analysis, in the order in which they began: the newest last. */
export function journalView(
  path: string,
  { lines, unreadable }: { readonly lines: readonly JournalLine[]; readonly unreadable: readonly number[] },
): View {
  const analyses = new Map<string, JournalLine[]>();
  for (const line of lines) {
    const key = JSON.stringify([line.researcher, line.analysis, line.algorithm]);
    const before = analyses.get(key);
    if (before === undefined) analyses.set(key, [line]);
    else before.push(line);
  }
  const sites = [...new Set(lines.map(({ site }) => site))];
  const [first, last] = [lines[0], lines.at(-1)];
  return {
    title: `Journal ${basename(path)}`,
    subtitle:
      first === undefined || last === undefined
        ? "No question was answered yet."
        : `${counted(analyses.size, "analysis", "analyses")} at ${sites.join(", ")}, from ${timeOf(first)} to ${timeOf(last)} UTC`,
    tables: [...analyses.values()].map((own) => analysisTable(own, sites.length > 1)),
    notes: [
      ...(unreadable.length > 0
        ? [
            `Not readable: line${unreadable.length === 1 ? "" : "s"} ${unreadable.join(", ")}. A crash can leave half a line; anything else means that somebody changed the file.`,
          ]
        : []),
      "A journal holds no value of a person, and of the numbers that left only those of rows, which leave with each answer: of the others how many there were, and under which rule. Formulas, filters and names of columns are as the researcher wrote them.",
    ],
  };
}
