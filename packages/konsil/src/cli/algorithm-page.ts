import { type AnyAlgorithm, statisticInWords } from "@konsil/core";
import { algorithmWords, argumentMeaning } from "./algorithm-words.ts";
import { argumentsSchema, typeInWords } from "./arguments-schema.ts";

/** Lines in columns; the last is as long as it is. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows
    .map((row) =>
      `  ${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join("  ")}`.trimEnd(),
    )
    .join("\n");
}

/** What an argument means: what its schema says, or else what is known of the algorithms of this package. */
export function meaningOf(algorithm: string, argument: string, description?: string): string {
  return description ?? argumentMeaning("central", algorithm, argument);
}

function argumentRows(algorithm: AnyAlgorithm): readonly (readonly string[])[] {
  const { properties = {}, required = [] } = argumentsSchema(algorithm);
  return Object.entries(properties).map(([name, schema]) => [
    name,
    typeInWords(schema),
    required.includes(name)
      ? "required"
      : schema.default === undefined
        ? ""
        : `default ${typeof schema.default === "string" ? schema.default : JSON.stringify(schema.default)}`,
    meaningOf(algorithm.name, name, schema.description),
  ]);
}

const quoted = (word: string): string => (/[^\w=,.:+-]/.test(word) ? JSON.stringify(word) : word);

/** The page of an algorithm: what it does, its arguments, what leaves a site, and how to call it. */
export function algorithmPage(algorithm: AnyAlgorithm): string {
  const words = algorithmWords[algorithm.name];
  const outputs = algorithm.steps.flatMap(({ name, output, needsExactTimes }) =>
    Object.entries(output).map(([field, statistic], i) => [
      i === 0 ? name : "",
      field,
      `${statistic.kind}: ${statisticInWords(statistic)}${i === 0 && needsExactTimes ? " (needs a site that releases exact times)" : ""}`,
    ]),
  );
  const sections = [
    `${algorithm.name} ${algorithm.version}: ${algorithm.title}`,
    ...(words === undefined ? [] : [words.does]),
    `Arguments\n${columns(argumentRows(algorithm)) || "  none"}`,
    `Steps, and what leaves a site in answer to each\n${columns(outputs)}`,
    ...(words?.example === undefined
      ? []
      : [
          `Example\n  konsil run ${algorithm.name} --sites sites.json ${words.example.map(quoted).join(" ")}`,
        ]),
  ];
  return `${sections.join("\n\n")}\n`;
}
