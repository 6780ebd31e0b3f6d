import type { Attempt, Outcome } from "./carry-out.ts";
import type { Line } from "./target.ts";

const width = 100;
/** Questions of one attempt that are shown from its beginning; of more, the last too. */
const shownFirst = 2;

/** Text in lines of the terminal, each after the first under its words. */
function wrapped(indent: string, text: string): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(/\s+/)) {
    if (line.length + word.length + 1 > width && line.trim() !== "") {
      lines.push(line.trimEnd());
      line = " ".repeat(indent.length);
    }
    line += `${word} `;
  }
  return `${[...lines, line.trimEnd()].join("\n")}\n`;
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([key, inner]) => `${key}: ${valueText(inner)}`)
    .join(", ");
}

function lineText(line: Line): string {
  if ("thought" in line) return wrapped("     = ", line.thought);
  const answered = line.code === null ? line.answered : `${line.answered}  [${line.code}]`;
  return wrapped("    -> ", line.asked) + wrapped("    <- ", answered);
}

function steps(lines: readonly Line[]): string {
  const asked = lines.filter((line) => "asked" in line);
  const shown = new Set([...asked.slice(0, shownFirst), ...asked.slice(-1)]);
  const others = asked.length - shown.size;
  let text = "";
  for (const line of lines) {
    if ("asked" in line && !shown.has(line)) continue;
    if (line === asked.at(-1) && others > 0) text += `       … ${others} more like these\n`;
    text += lineText(line);
  }
  return text;
}

function attemptText(attempt: Attempt | undefined): string {
  if (attempt === undefined) return "";
  const { finding, lines, succeeded } = attempt;
  const end =
    finding === undefined
      ? "Found: nothing."
      : `Found: ${finding.what}: ${valueText(finding.found)}. ${succeeded ? "So it is in the data." : `Not so: ${valueText(finding.truth)}.`}`;
  return steps(lines) + wrapped("    ", end);
}

const shownAt = (attempts: readonly Attempt[], site: string): Attempt | undefined =>
  attempts.find((attempt) => attempt.site === site);

/** Without the guard, in words. */
function withoutText({ attack }: Outcome): string {
  if (attack.without === null) return "";
  return attack.without === "open"
    ? "the open policy"
    : `the default policy with ${valueText(attack.without)}`;
}

/** An attack, step by step at one site. */
export function attackPage(outcome: Outcome, number: number): string {
  const { attack, without, guarded } = outcome;
  let text = `\n${number}. ${attack.name}\n`;
  text += wrapped("  ", `The attacker wants ${attack.wants}, and knows ${attack.knows}.`);
  if (without !== null)
    text += `  At ${attack.shown}, under ${withoutText(outcome)}:\n${attemptText(shownAt(without, attack.shown))}`;
  text += `  At ${attack.shown}, under a hospital's default policy:\n${attemptText(shownAt(guarded, attack.shown))}`;
  return text;
}

function share(attempts: readonly Attempt[] | null): string {
  if (attempts === null) return "no setting";
  return `${attempts.filter(({ succeeded }) => succeeded).length} of ${attempts.length} sites`;
}

/** The codes by which sites said no, the most frequent first. */
function codesOf(attempts: readonly Attempt[]): readonly string[] {
  const times = new Map<string, number>();
  for (const code of attempts.flatMap(({ codes }) => codes)) times.set(code, (times.get(code) ?? 0) + 1);
  return [...times].sort(([, a], [, b]) => b - a).map(([code]) => code);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => (row[i] as string).length))) ?? [];
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

/** At how many sites attacks succeed without the guard and with it, and the rule. */
export function attackTable(outcomes: readonly Outcome[]): string {
  return table([
    ["attack", "without", "default", "rule"],
    ...outcomes.map(({ attack, without, guarded }) => [
      attack.name,
      share(without),
      share(guarded),
      attack.rule,
    ]),
  ]);
}

/** The same of what still works, and what would stop it. */
export function workingTable(outcomes: readonly Outcome[]): string {
  return table([
    ["attack", "default", "what would stop it"],
    ...outcomes.map(({ attack, guarded }) => [attack.name, share(guarded), attack.rule]),
  ]);
}

/** An outcome for programs. */
export function attackRecord({ attack, without, guarded }: Outcome): Readonly<Record<string, unknown>> {
  const count = (attempts: readonly Attempt[]) => attempts.filter(({ succeeded }) => succeeded).length;
  const { name, wants, knows, rule } = attack;
  const shown = shownAt(without ?? guarded, attack.shown);
  return {
    attack: name,
    wants,
    knows,
    rule,
    without:
      without === null ? null : { policy: attack.without, sites: without.length, succeeded: count(without) },
    default: { sites: guarded.length, succeeded: count(guarded), codes: codesOf(guarded) },
    shown: { site: attack.shown, finding: shown?.finding ?? null },
  };
}
