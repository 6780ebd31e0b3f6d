import { ArgumentError, type Problem, placeOf, readAs, sentence, suggestion } from "@konsil/core";
import { z } from "zod";
import { databaseSchema, databaseSettings, type WrittenDatabase } from "./database-source.ts";

const name = z
  .string()
  .max(64, "must have at most 64 characters")
  .regex(
    /^[\p{L}\p{N}]([\p{L}\p{M}\p{N}\-_. ]*[\p{L}\p{M}\p{N}])?$/u,
    'may hold letters, digits and, between them, "-", "_", "." and spaces',
  );

const site = z.strictObject({
  name,
  databases: z
    .record(z.string().min(1), databaseSchema)
    .refine((databases) => Object.keys(databases).length > 0, "must have at least one database"),
  // Checked by parsePolicy, which knows the settings.
  policy: z.unknown().optional(),
  reason: z.unknown().optional(),
  journal: z.string().min(1, "must name a file").optional(),
  researcher: z
    .string()
    .regex(/^[^\p{C}]{1,200}$/u, "must be text in one line, of at most 200 characters")
    .optional(),
});

const sites = z.strictObject({ sites: z.array(site).min(1, "must have at least one site") });

/** A site as it is written. Its policy and its reason are not checked yet. */
export interface WrittenSite {
  readonly name: string;
  readonly databases: Readonly<Record<string, WrittenDatabase>>;
  readonly policy?: unknown;
  readonly reason?: unknown;
  readonly journal?: string | undefined;
  readonly researcher?: string | undefined;
}

type Path = readonly PropertyKey[];

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, part) =>
      typeof inner === "object" && inner !== null && Object.hasOwn(inner, part)
        ? (inner as Record<PropertyKey, unknown>)[part]
        : undefined,
    value,
  );
}

function isDatabaseType(type: unknown): type is keyof typeof databaseSettings {
  return typeof type === "string" && Object.hasOwn(databaseSettings, type);
}

/** The settings that may stand at `path`. */
function settingsAt(value: unknown, path: Path): readonly string[] {
  if (path.length === 0) return Object.keys(sites.shape);
  if (path.length === 2) return Object.keys(site.shape);
  const type = valueAt(value, [...path, "type"]);
  return isDatabaseType(type) ? databaseSettings[type] : [];
}

function explain({ path, words, unknown }: Problem, value: unknown): string {
  const at = placeOf(path);
  const prefix = at === "" ? "" : `${at}: `;
  if (unknown.length > 0) {
    const settings = settingsAt(value, path);
    return unknown
      .map((key) => {
        const field = placeOf([...path, key]);
        return `${field}: there is no such setting. ${suggestion(key, settings, "Settings")}`;
      })
      .join("\n");
  }
  if (path.at(-1) === "type" && path.length === 5) {
    const given = valueAt(value, path);
    const types = Object.keys(databaseSettings);
    return typeof given === "string"
      ? `${prefix}there is no type "${given}". ${suggestion(given, types, "Types")}`
      : `${prefix}is missing. ${suggestion("", types, "Types")}`;
  }
  return sentence(at === "" ? `It ${words}` : `${prefix}${words}`);
}

function requireDistinctNames(written: readonly WrittenSite[]): void {
  const seen = new Map<string, number>();
  for (const [i, { name: given }] of written.entries()) {
    // Names that differ in case only, or in how an accent is encoded, are one name to a reader.
    const folded = given.normalize("NFC").toLowerCase();
    const before = seen.get(folded);
    if (before !== undefined)
      throw new ArgumentError(
        "ARGUMENT_INVALID",
        `sites[${i}].name: "${given}" is also the name of sites[${before}]. Give each site a name of its own.`,
      );
    seen.set(folded, i);
  }
}

/**
 * Checks the written form of a federation's sites, except for their policies.
 * @throws ArgumentError ARGUMENT_INVALID that names every field at fault
 */
export function checkWrittenSites(value: unknown): readonly WrittenSite[] {
  const read = readAs(sites, value);
  if (read.problems !== undefined) {
    const problems = read.problems.map((problem) => explain(problem, value));
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      `The description of sites is not valid. ${problems.join("\n")}`,
    );
  }
  requireDistinctNames(read.data.sites);
  return read.data.sites;
}
