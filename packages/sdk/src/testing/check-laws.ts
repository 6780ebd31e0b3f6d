import {
  type Algorithm,
  ArgumentError,
  checkOptionNames,
  DefinitionError,
  isKonsilError,
  type Row,
  rowsSource,
  type Source,
} from "@konsil/core";
import fc from "fast-check";
import { type LocalSite, localFederation } from "../local/index.ts";
import { contained } from "./contained.ts";
import { difference } from "./difference.ts";
import { patients } from "./rows.ts";

/** What the laws are tried on. */
export interface LawOptions<Args, Value> {
  /** Arguments for columns of `rows`; each is tried. */
  readonly arguments: readonly Args[];
  /** Random rows; `patients()` unless given. */
  readonly rows?: fc.Arbitrary<Row[]> | undefined;
  /** False for results that depend on which rows are together at a site, such as those stratified by site. */
  readonly invariant?: boolean | undefined;
  /** Relative difference (absolute below 1) that rounding may make between splits. Default 1e-8; whole numbers are equal. */
  readonly tolerance?: number | undefined;
  /** Fields that are not compared between splits. Default "iterations" and "warnings". */
  readonly ignore?: readonly string[] | undefined;
  /** Whether a value is determined well enough to be compared between splits: false for a fit that runs away. */
  readonly comparable?: ((value: Value) => boolean) | undefined;
  /**
   * What is not true in a value under a hospital's policy, beside the value of the sites that answered under the open one;
   * undefined when it holds. Unless given: numbers are the same, or intervals that hold them, or `null`.
   */
  readonly holds?: ((truth: Value, found: Value) => string | undefined) | undefined;
  /** Random cases for each law and arguments. Default 25. */
  readonly runs?: number | undefined;
  readonly seed?: number | undefined;
}

const optionNames: readonly (keyof LawOptions<unknown, unknown>)[] = [
  "arguments",
  "rows",
  "invariant",
  "tolerance",
  "ignore",
  "comparable",
  "holds",
  "runs",
  "seed",
];

const open = { policy: "open", reason: "rows made up by a test" } as const;

interface Case {
  readonly rows: readonly Row[];
  /** The site of each row. */
  readonly at: readonly number[];
}

/** A site without rows still has the columns. */
function source(rows: readonly Row[], all: readonly Row[]): Source {
  return rowsSource(rows, [...new Set(all.flatMap((row) => Object.keys(row)))]);
}

function sitesOf(
  { rows, at }: Case,
  order: readonly number[],
  policy: Pick<LocalSite, "policy" | "reason">,
): LocalSite[] {
  return order.map((site) => ({
    name: `site${site + 1}`,
    rows: source(
      rows.filter((_, i) => at[i] === site),
      rows,
    ),
    ...policy,
  }));
}

/** Codes that only a developer can mend. */
const defects: ReadonlySet<string> = new Set([
  "SITE_FAILED",
  "OUTPUT_INVALID",
  "DEFINITION_INVALID",
  "VALUE_INVALID",
  "NOT_DETERMINISTIC",
  "REPLY_INVALID",
]);

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** What a run came to: a value, or the code of its error. */
type Came =
  | { readonly value: unknown; readonly answered: readonly string[] }
  | { readonly code: string; readonly defect: boolean; readonly message: string };

/** What a federation of these sites comes to, each time that it is asked. */
function asking<Args, Value>(
  algorithm: Algorithm<Args, Value>,
  args: Args,
  sites: readonly LocalSite[],
): () => Promise<Came> {
  let defect: unknown;
  const making = localFederation(sites, {
    onDefect: (_site, error) => {
      defect = error;
    },
  });
  return async () => {
    try {
      const federation = await making;
      // Of hundreds of runs nobody wants to see in a notebook how far each is.
      const result = await federation.run(algorithm, args, { onProgress: () => undefined });
      const answered = result.report.sites
        .filter(({ state }) => state === "answered")
        .map(({ site }) => site);
      return { value: JSON.parse(JSON.stringify({ ...result })) as unknown, answered };
    } catch (error) {
      const typed = isKonsilError(error);
      return {
        code: typed ? error.code : "defect",
        defect: !typed || defects.has(error.code),
        message: stackOf(defect ?? error),
      };
    }
  };
}

const run = <Args, Value>(
  algorithm: Algorithm<Args, Value>,
  args: Args,
  sites: readonly LocalSite[],
): Promise<Came> => asking(algorithm, args, sites)();

/** Where two runs came to something else, and undefined where they did not. */
function unlike(one: Came, other: Came, ignored: readonly string[] = []): string | undefined {
  if ("code" in one || "code" in other)
    return "code" in one && "code" in other && one.code === other.code
      ? undefined
      : JSON.stringify([one, other]);
  return difference(one.value, other.value, 0, ignored);
}

/** The rows of a counterexample as CSV, with the site of each. */
function csv({ rows, at }: Case): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (value: Row[string]): string => (value === null || value === undefined ? "" : String(value));
  return [
    ["at", ...names].join(","),
    ...rows.map((row, i) => [`site${(at[i] ?? 0) + 1}`, ...names.map((name) => cell(row[name]))].join(",")),
  ].join("\n");
}

const parts = 4;
const inOrder = [0, 1, 2, 3];

/**
 * Tries the laws that every algorithm keeps, on random rows cut at random over sites: the answer does not depend on the
 * cut or on the order of sites, nor on what was asked before; a value equals its JSON; arguments read twice are the same; whatever the rows and the
 * policy, an error is a typed one.
 *
 * @throws DefinitionError LAW_BROKEN with the smallest counterexample as CSV, and the seed that finds it again
 */
export async function checkLaws<Args, Value>(
  algorithm: Algorithm<Args, Value>,
  options: LawOptions<Args, Value>,
): Promise<void> {
  checkOptionNames("checkLaws()", options, optionNames);
  const {
    tolerance = 1e-8,
    ignore = ["iterations", "warnings"],
    invariant = true,
    comparable = () => true,
  } = options;
  const parameters = {
    numRuns: options.runs ?? 25,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  };
  const cases: fc.Arbitrary<Case> = (options.rows ?? patients()).chain((rows) =>
    fc.record({
      rows: fc.constant(rows),
      at: fc.array(fc.nat(parts - 1), { minLength: rows.length, maxLength: rows.length }),
    }),
  );
  const law = async (
    name: string,
    args: Args,
    holds: (one: Case) => Promise<string | undefined>,
  ): Promise<void> => {
    let why: string | undefined;
    const outcome = await fc.check(
      fc.asyncProperty(cases, async (one) => {
        const broken = await holds(one);
        if (broken !== undefined) why = broken;
        return broken === undefined;
      }),
      parameters,
    );
    if (!outcome.failed) return;
    const counterexample = outcome.counterexample?.[0];
    throw new DefinitionError(
      "LAW_BROKEN",
      `"${algorithm.name}" breaks a law: ${name}. Arguments: ${JSON.stringify(args)}. ${why ?? ""}\nSeed ${outcome.seed}. The smallest rows that show it:\n${counterexample === undefined ? "" : csv(counterexample)}\n`,
    );
  };

  if (!Array.isArray(options.arguments) || options.arguments.length === 0) {
    throw new ArgumentError("ARGUMENT_INVALID", "checkLaws() needs `arguments`: a list of arguments to try.");
  }
  for (const args of options.arguments) {
    let values = 0;
    let last = "";
    const once = algorithm.parse(args);
    const twice = algorithm.parse(JSON.parse(JSON.stringify(once)));
    if (JSON.stringify(once) !== JSON.stringify(twice)) {
      throw new DefinitionError(
        "LAW_BROKEN",
        `"${algorithm.name}" breaks a law: arguments read twice are the same. ${JSON.stringify(once)} became ${JSON.stringify(twice)}.`,
      );
    }
    await law("neither what was asked before nor the order of sites changes anything", args, async (one) => {
      const ask = asking(algorithm, args, sitesOf(one, inOrder, open));
      const forward = await ask();
      if ("defect" in forward && forward.defect) return forward.message;
      if ("value" in forward) values += 1;
      else last = forward.message;
      // A step that changes the columns it is given changes what the next one reads.
      return (
        unlike(forward, await ask()) ??
        unlike(forward, await run(algorithm, args, sitesOf(one, [2, 0, 3, 1], open)), ["sites"])
      );
    });
    if (values === 0) {
      throw new DefinitionError(
        "LAW_BROKEN",
        `"${algorithm.name}" gave no value for any of the random rows, so nothing was tried. Arguments: ${JSON.stringify(args)}. ${last}`,
      );
    }
    if (invariant) {
      await law("the cut of the rows into sites changes nothing", args, async (one) => {
        const together = await run(algorithm, args, [
          { name: "site1", rows: source(one.rows, one.rows), ...open },
        ]);
        if ("defect" in together && together.defect) return together.message;
        const cut = await run(algorithm, args, sitesOf(one, inOrder, open));
        if ("code" in together || "code" in cut)
          return "code" in together && "code" in cut && together.code === cut.code
            ? undefined
            : JSON.stringify([together, cut]);
        const steady = comparable(together.value as Value) && comparable(cut.value as Value);
        return steady ? difference(together.value, cut.value, tolerance, ignore) : undefined;
      });
    }
    await law(
      "under a hospital's policy what it says holds the truth, or is a typed refusal",
      args,
      async (one) => {
        const many = copied(one);
        const sites = sitesOf(many, inOrder, { policy: { minimumCell: smallest(one) } });
        const came = await run(algorithm, args, sites);
        if ("code" in came) return came.defect ? came.message : undefined;
        const truth = await run(
          algorithm,
          args,
          sitesOf(many, inOrder, open).filter(({ name }) => came.answered.includes(name)),
        );
        if ("code" in truth) return `it answered, and without the policy came ${truth.message}`;
        if (!comparable(truth.value as Value)) return undefined;
        return options.holds === undefined
          ? contained(truth.value, came.value, tolerance, ignore)
          : options.holds(truth.value as Value, came.value as Value);
      },
    );
  }
}

/** Few rows are refused whatever they hold: most cases have every row several times at its site. */
function copied({ rows, at }: Case): Case {
  const copies = [1, 7, 20][rows.length % 3] as number;
  return {
    rows: rows.flatMap((row) => Array.from({ length: copies }, () => row)),
    at: at.flatMap((site) => Array.from({ length: copies }, () => site)),
  };
}

const smallest = ({ rows }: Case): number => [5, 10, 11][rows.length % 3] as number;
