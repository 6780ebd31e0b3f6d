import { ArgumentError, suggestion } from "@konsil/core";

/** The sites' own labels of the databases that analyses read. */
export interface DatabaseLabels {
  /** @throws ArgumentError for a name that has none */
  of(database: string): string;
  /** What to do where sites have none of the label. */
  remedy(database: string): string;
}

/** @throws ArgumentError */
export function checkDatabases(databases: unknown): void {
  if (databases === undefined) return;
  if (
    typeof databases !== "object" ||
    databases === null ||
    Array.isArray(databases) ||
    !Object.values(databases).every((label) => typeof label === "string" && label !== "")
  )
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      '`databases` must be labels by name, such as { default: "registry_2024" }.',
    );
}

/**
 * Labels as `databases` of a federation names them, or else the names that analyses give. One that it does not name is
 * refused: a misspelt name would read another database in silence.
 */
export function databaseLabels(databases: Readonly<Record<string, string>> = {}): DatabaseLabels {
  const labels = new Map(Object.entries(databases));
  if (labels.size === 0)
    return {
      of: (database) => database,
      remedy: () => "Name one with federation.data({ database }).",
    };
  return {
    of(database) {
      const label = labels.get(database);
      if (label !== undefined) return label;
      throw new ArgumentError(
        "ARGUMENT_UNKNOWN",
        `The analysis reads the database "${database}", and \`databases\` of server.federation() has no such name. ${suggestion(database, labels.keys(), "Names there")} One whose label at the nodes is its name is written too: { ${database}: "${database}" }. Nothing was sent.`,
      );
    },
    remedy: (database) =>
      `That label is what \`databases\` of server.federation() has for "${database}": mend it there.`,
  };
}
