import {
  type Algorithm,
  type Analysis,
  type AnyAlgorithm,
  ArgumentError,
  type AttachOptions,
  attachTask,
  attrition,
  checkData,
  checkOptionNames,
  type DataSpecification,
  type Description,
  defineData,
  describe,
  type Expression,
  type Masked,
  type RunOptions,
  startAnalysis,
  type TaskAnswer,
  type Transport,
  type Variables,
} from "@konsil/core";
import { showErrors } from "../display/errors.ts";
import { inNotebook } from "../display/notebook.ts";
import { showable, viewForms } from "../display/showable.ts";
import { AnalysisState } from "../progress/analysis-state.ts";
import { notebookProgress } from "../progress/notebook-progress.ts";
import { presentResult, type Result } from "../result/index.ts";
import type { ArgumentsFor, Derivations, WithDerived } from "./fitted.ts";
import {
  analysisText,
  analysisView,
  attritionView,
  dataText,
  dataView,
  federationText,
  federationView,
} from "./views.ts";

// Whoever has a federation sees its errors as they are meant to be read.
showErrors();

/** What the rows of an analysis are: declared once, used by many. */
export interface DataOptions<V extends Variables, D extends Derivations> {
  /** Label of the database at the sites. Default "default". */
  readonly database?: string | undefined;
  /** Columns with their types. Without it columns are as each site has them. */
  readonly columns?: V | undefined;
  /** New columns, computed at the site. */
  readonly derive?: D | undefined;
  /** Which rows are kept. */
  readonly filter?: Expression<"boolean"> | undefined;
}

/** Rows at one site; intervals where a difference is a small number of people, null where the site abstained or failed. */
export interface Attrition {
  readonly site: string;
  readonly read: Masked | null;
  readonly selected: Masked | null;
  /** Why a site gave no number. */
  readonly message: string | null;
}

/** Data of a federation: nothing is read before an analysis needs it. `V` are the columns that are declared. */
export interface Data<V extends Variables> {
  readonly specification: DataSpecification;
  /** Runs an algorithm at every site. Returns at once; await it for the result. */
  run<Args, Value>(
    algorithm: Algorithm<Args, Value>,
    args: ArgumentsFor<Args, V>,
    options?: RunOptions,
  ): Analysis<Result<Value>>;
  /** Types, levels and missing values by site, and what disagrees. */
  describe(options?: RunOptions): Analysis<Result<Description>>;
  /** How many rows each site reads, and how many of them the filter keeps: nothing more is asked. */
  ready(options?: RunOptions): Promise<readonly Attrition[]>;
  /** The same data, of fewer rows. @throws ArgumentError for a column, type or level that cannot be */
  where(filter: Expression<"boolean">): Data<V>;
}

/** Sites that answer together. */
export interface Federation {
  readonly sites: readonly string[];
  /**
   * What an analysis reads: columns and their types, derived columns, the rows that a filter keeps, another database.
   * @throws ArgumentError for a derived column or a filter that cannot be
   */
  data<const V extends Variables = Variables, const D extends Derivations = Record<never, never>>(
    options?: DataOptions<V, D>,
  ): Data<WithDerived<V, D>>;
  /** Runs an algorithm on the database "default" as each site has it. */
  run<Args, Value>(
    algorithm: Algorithm<Args, Value>,
    args: Args,
    options?: RunOptions,
  ): Analysis<Result<Value>>;
  describe(options?: RunOptions): Analysis<Result<Description>>;
  /** What was begun and has not ended, the oldest first: a cell that is interrupted stops to wait for it, and no more. */
  readonly running: readonly Analysis<unknown>[];
  /**
   * Waits for a task of an analysis that another process began, by the task's number: what each site says, and where the
   * task is a central part at a site, the result. Nothing is sent to a site. Whoever has the analysis's journal resumes
   * it by that instead.
   * @throws ArgumentError for a task that is none of Konsil's, of another collaboration, or with answers that are
   * encrypted for another organization; AnalysisError ANALYSIS_TIMEOUT, ANALYSIS_ABORTED, and the task goes on;
   * ServerError NOT_FOUND
   */
  attach(task: number | string, options?: AttachOptions): Promise<AttachedTask>;
  /**
   * The public keys for which the sites' questions are encrypted, beside those that are known: for people to compare by
   * telephone. None becomes known by it. Empty where nothing is encrypted.
   */
  keys(): Promise<readonly SiteKey[]>;
  /** Forgets what sites keep between rounds. */
  release(): void;
}

/** A task of another process, once no site works on it any more. */
export interface AttachedTask {
  readonly task: string;
  readonly sites: readonly TaskAnswer[];
  /**
   * What the central part at a site came to, as its algorithm shows it.
   * @throws the error with which it ended; ArgumentError where the task ran none, or that of another algorithm
   */
  readonly result: <Args, Value>(algorithm: Algorithm<Args, Value>) => Result<Value>;
}

/** A site's public key. Fingerprints are SHA-256 in groups of four digits. */
export interface SiteKey {
  readonly site: string;
  /** Of the key that the server has now; null where that is no key. */
  readonly fingerprint: string | null;
  /** Of the key that is known, and the day on which it was first seen; null where none is. */
  readonly known: string | null;
  readonly since: string | null;
}

/** What a federation needs of its transport beyond carrying rounds. */
export interface Sites {
  readonly transport: Transport;
  /** Makes an algorithm known to the sites, where they run code from here. */
  register(algorithm: AnyAlgorithm): void;
  release(): void;
  /** The sites' public keys, where there are any. */
  keys?(): Promise<readonly SiteKey[]>;
}

/** The sites of a federation, and what was asked of them. */
interface Desk extends Sites {
  readonly running: Analysis<unknown>[];
}

function isAlgorithm(value: unknown): value is AnyAlgorithm {
  return (
    typeof value === "object" && value !== null && "central" in value && "steps" in value && "parse" in value
  );
}

function start<Args, Value>(
  sites: Desk,
  specification: DataSpecification,
  algorithm: Algorithm<Args, Value>,
  args: unknown,
  options: RunOptions,
): Analysis<Result<Value>> {
  if (!isAlgorithm(algorithm)) {
    throw new ArgumentError(
      "ALGORITHM_UNKNOWN",
      'The first argument of run() is an algorithm, such as kaplanMeier: import { kaplanMeier } from "konsil". A name in quotes is not one.',
    );
  }
  sites.register(algorithm);
  const analysis = startAnalysis({
    algorithm,
    arguments: args,
    data: specification,
    transport: sites.transport,
    options,
    present: (outcome) => presentResult<Value>(algorithm, outcome),
  });
  const state = new AnalysisState(`${algorithm.name}@${algorithm.version}`);
  sites.running.push(analysis);
  analysis.onProgress((event) => {
    state.take(event);
    if (state.ended) sites.running.splice(sites.running.indexOf(analysis), 1);
  });
  // Whoever listens shows how far it is; in a notebook it is shown where nobody does.
  if ((options as RunOptions | null)?.onProgress === undefined && inNotebook())
    analysis.onProgress(notebookProgress(state, () => sites.running.indexOf(analysis)));
  return showable(analysis, {
    ...viewForms(() => analysisView(analysis.id, state)),
    text: () => analysisText(analysis.id, state),
  });
}

function makeData<V extends Variables>(sites: Desk, specification: DataSpecification): Data<V> {
  const data: Data<V> = {
    specification,
    run: (algorithm, args, options = {}) => start(sites, specification, algorithm, args, options),
    describe: (options = {}) => start(sites, specification, describe, {}, options),
    async ready(options = {}) {
      const { report } = await start(sites, specification, attrition, {}, options);
      const rows = report.sites.map(({ site, rows, message }) => ({
        site,
        read: rows?.read ?? null,
        selected: rows?.selected ?? null,
        message,
      }));
      return showable(
        rows,
        viewForms(() => attritionView(report)),
      );
    },
    where(filter) {
      const both =
        specification.filter === null
          ? filter.node
          : ({ op: "and", of: [specification.filter, filter.node] } as const);
      const narrowed = { ...specification, filter: both };
      checkData(narrowed);
      return makeData<V>(sites, narrowed);
    },
  };
  const names = sites.transport.sites;
  return showable(data, {
    ...viewForms(() => dataView(names, specification)),
    text: () => dataText(names, specification),
  });
}

const dataOptions: readonly string[] = ["database", "columns", "derive", "filter"];

/** A federation over a transport. */
export function makeFederation(given: Sites): Federation {
  const sites: Desk = { ...given, running: [] };
  // Asked before any analysis whose data name a level that they do not declare.
  sites.register(describe);
  const everything = makeData<Variables>(sites, defineData({}));
  const federation: Federation = {
    sites: sites.transport.sites,
    data(options = {}) {
      checkOptionNames("data()", options, dataOptions);
      return makeData(sites, defineData(options));
    },
    run: (algorithm, args, options = {}) => start(sites, everything.specification, algorithm, args, options),
    describe: (options) => everything.describe(options),
    get running() {
      return [...sites.running];
    },
    async attach(task, options = {}) {
      const number = String(task);
      const ended = await attachTask(sites.transport, number, options);
      return {
        task: number,
        sites: ended.sites,
        result: <Args, Value>(algorithm: Algorithm<Args, Value>) =>
          presentResult<Value>(algorithm, ended.outcome(algorithm)),
      };
    },
    keys: async () => (await sites.keys?.()) ?? [],
    release: () => sites.release(),
  };
  const names = sites.transport.sites;
  return showable(federation, {
    ...viewForms(() => federationView(names)),
    text: () => federationText(names),
  });
}
