import {
  AnalysisError,
  ArgumentError,
  DataError,
  DefinitionError,
  EncryptionError,
  type ErrorCode,
  type KonsilError,
  PolicyError,
  RefusalError,
  SiteError,
} from "../errors/index.ts";

/** Why a site gave no answer. */
export interface Failure {
  readonly site: string;
  readonly state: "abstained" | "refused" | "failed";
  readonly code: ErrorCode;
  /** With `{site}` where the site is to be named. */
  readonly message: string;
  /** What went wrong where the site ran the central part: an error as the desk would have thrown it. */
  readonly error?: KonsilError;
}

/** The error classes that can cross from where a central part ran, by name. */
const classes = {
  AnalysisError,
  ArgumentError,
  DataError,
  DefinitionError,
  EncryptionError,
  PolicyError,
  RefusalError,
  SiteError,
} as const;

/** An error again of what was told of it: of the class of that name, where there is one. */
export function errorOf(told: {
  readonly name: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly site: string | null;
}): KonsilError {
  const { name, code, message, site } = told;
  const Class = Object.hasOwn(classes, name) ? classes[name as keyof typeof classes] : SiteError;
  return new Class(code, message, { site: site ?? undefined });
}

/** Codes by whoever can mend what they say. */
const researcher: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "ARGUMENT_INVALID",
  "ARGUMENT_UNKNOWN",
  "COLUMN_UNKNOWN",
  "COLUMN_TYPE",
  "DATABASE_UNKNOWN",
  "EXPRESSION_INVALID",
  "FORMULA_SYNTAX",
  "FORMULA_UNSUPPORTED",
  "FORMULA_VARIABLE",
  "LEVEL_UNKNOWN",
  "LEVEL_RARE",
]);
const data: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["DATA_EMPTY", "DATA_INVALID", "DATA_UNREADABLE"]);
const site: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "SITE_CHANGED",
  "SITE_FAILED",
  "SITE_UNAVAILABLE",
  "REPLY_INVALID",
  "REQUEST_INVALID",
  "VERSION_MISMATCH",
  "OUTPUT_INVALID",
  "IMAGE_NOT_ALLOWED",
  "IMAGE_NOT_FOUND",
  "NODE_OFFLINE",
  "ENCRYPTION_MISMATCH",
  "TASK_KILLED",
  "STATUS_UNKNOWN",
  "RESULT_UNAVAILABLE",
]);
const encryption: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "KEY_CHANGED",
  "KEY_INVALID",
  "ENVELOPE_INVALID",
]);

function classOf(
  code: ErrorCode,
): new (
  code: ErrorCode,
  message: string,
  details?: { readonly site?: string | undefined },
) => KonsilError {
  if (researcher.has(code)) return ArgumentError;
  if (data.has(code)) return DataError;
  if (encryption.has(code)) return EncryptionError;
  return site.has(code) ? SiteError : RefusalError;
}

/** `oslo`, `oslo and leeds`, `oslo, leeds and tartu`. */
export function inWords(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

const plural: Readonly<Record<string, string>> = {
  abstains: "abstain",
  answers: "answer",
  does: "do",
  has: "have",
  is: "are",
  releases: "release",
  rounds: "round",
  was: "were",
};

/** "release" becomes "releases", "have" "has": of one, or none of several. */
function thirdPerson(verb: string): string {
  const known = Object.entries(plural).find(([, several]) => several === verb)?.[0];
  return known ?? (/(s|sh|ch|x|z|o)$/.test(verb) ? `${verb}es` : `${verb}s`);
}

/** A message about these sites, of `total`: the verb of a sentence is theirs, where they are its subject. */
function about(message: string, names: readonly string[], total: number): string {
  if (!message.includes("{site}")) return `${inWords(names)}: ${message}`;
  if (names.length < 2) return message.replaceAll("{site}", inWords(names));
  const all = names.length === total && total > 2;
  return message
    .replace(/(?<=^|\. )\{site\} does not (\w+)/g, (as: string, verb: string) =>
      all ? `None of the ${total} sites ${thirdPerson(verb)}` : as,
    )
    .replace(
      /(?<=^|\. )\{site\} (\w+)/g,
      (_, verb: string) => `${all ? `All ${total} sites` : inWords(names)} ${plural[verb] ?? verb}`,
    )
    .replaceAll("is not at {site}", `is not at ${all ? `any of the ${total} sites` : inWords(names)}`)
    .replaceAll("{site}", all ? `each of the ${total} sites` : inWords(names));
}

/** One error for the sites that gave no answer: sites that say the same are named together. */
export function failureError(failures: readonly Failure[], sites: number): KonsilError {
  const groups = new Map<string, { readonly first: Failure; readonly sites: string[] }>();
  for (const failure of failures) {
    const key = `${failure.code} ${failure.message}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: failure, sites: [failure.site] });
    else group.sites.push(failure.site);
  }
  const [worst] = failures;
  if (worst?.error !== undefined) return worst.error;
  if (worst === undefined) return new AnalysisError("DATA_EMPTY", "No site was asked.");
  const sentences = [...groups.values()].map(({ first, sites: names }) => about(first.message, names, sites));
  const only = failures.length === 1 ? worst.site : undefined;
  return new (classOf(worst.code))(worst.code, sentences.join(" "), { site: only });
}
