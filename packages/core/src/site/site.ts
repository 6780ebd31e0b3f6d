import type { AnyAlgorithm } from "../algorithm/index.ts";
import type { DataSpecification } from "../data/index.ts";
import { canonicalJson, contentHashOfFrozen } from "../encoding/index.ts";
import { type ErrorCode, isKonsilError, type KonsilError, suggestion } from "../errors/index.ts";
import {
  bounds,
  type Ledger,
  noLedger,
  type Policy,
  permits,
  tighten,
  Withholding,
} from "../policy/index.ts";
import {
  cellCount,
  type Dimensions,
  fieldInWords,
  innerKind,
  type KindName,
  type ReleaseContext,
} from "../statistics/index.ts";
import { type AnyStep, StepRefusal } from "../step/index.ts";
import { type Column, type ColumnData, type Columns, type Source, timeUnitOf } from "../table/index.ts";
import { Asked, type SiteMemory } from "./asked.ts";
import { findAlgorithm, requirePermitted } from "./asked-algorithm.ts";
import { columnDigest } from "./column-digest.ts";
import { type Readable, select } from "./columns.ts";
import { requireComplete, requireDifferences } from "./differences.ts";
import { FewValues } from "./few-values.ts";
import { fingerprint } from "./fingerprint.ts";
import { KeptColumns } from "./kept-columns.ts";
import { type Reply, type Request, readRequest, writeMessage } from "./message.ts";
import { policyNote } from "./policy-note.ts";
import { type QuestionWords, questionInWords } from "./question-words.ts";
import { type Realised, realised } from "./realised.ts";
import { release, requireRows } from "./release.ts";
import { rowsNote } from "./rows-note.ts";
import {
  type Built,
  buildTable,
  categoriesIn,
  comparisonsIn,
  expressionsIn,
  requestedNames,
} from "./table.ts";

/** A site as its steward describes it. */
export interface SiteOptions {
  readonly name: string;
  /** Sources by label; "default" is the one that is read unless a request names another. */
  readonly databases: Readonly<Record<string, Source>>;
  /**
   * What of the databases are the same rows, by label: what is asked of them is counted together. Two labels of one and the
   * same `Source` are so without it.
   */
  readonly identities?: Readonly<Record<string, string>> | undefined;
  readonly policy: Policy;
  /** The algorithms that the site has. */
  readonly algorithms?: readonly AnyAlgorithm[] | undefined;
  readonly ledger?: Ledger | undefined;
  /** Keeps what the site was asked. Without one it is forgotten with the process. */
  readonly memory?: SiteMemory | undefined;
  /**
   * The secret by which answers carry a fingerprint of the rows and the policy: one and the same in all processes that
   * answer an analysis, so that the desk learns when one of these changed. Without one nobody does.
   */
  readonly secret?: ((analysis: string) => Promise<string | undefined>) | undefined;
  /** Told of everything that leaves, for the steward's journal. Never leaves the site. */
  readonly onAnswer?:
    | ((request: Request | undefined, reply: Reply, question: QuestionWords | undefined) => void)
    | undefined;
  /** Told of errors whose cause does not leave the site. */
  readonly onDefect?: ((error: unknown) => void) | undefined;
  /** Told once what the owner of its data should know of them. Never leaves the site. */
  readonly onNote?: ((note: string) => void) | undefined;
}

/** A site: takes the bytes of a request, and answers with the bytes of a reply. Everything else stays inside. */
export interface Site {
  readonly name: string;
  readonly policy: Policy;
  /** Never rejects: what goes wrong is a typed reply without a value, a path or a trace. */
  answer(request: Uint8Array): Promise<Uint8Array>;
  /** Adds an algorithm, in place of one of its name and version: code of this process, which no allow-list can bind. */
  register(algorithm: AnyAlgorithm): void;
  /** Forgets the columns and tables that are kept between rounds. */
  release(): void;
}

/** Tables that are kept between rounds: enough for the rounds of a few analyses at the same time. */
const keptTables = 8;

interface Prepared extends Built {
  readonly rows: { readonly read: number; readonly selected: number; readonly used: number };
  readonly preparations: Map<string, unknown>;
  readonly values: FewValues;
  readonly realised: Realised;
  /** Of the columns that were read; none where nobody is told. */
  readonly digests: ReadonlyMap<string, string>;
}

class SiteRuntime implements Site {
  readonly name: string;
  readonly policy: Policy;
  readonly #options: SiteOptions;
  readonly #ledger: Ledger;
  readonly #algorithms = new Map<string, AnyAlgorithm>();
  readonly #databases: ReadonlyMap<string, KeptColumns>;
  readonly #tables = new Map<string, Promise<Prepared>>();
  readonly #asked: Asked;
  readonly #noted = new Set<string>();
  /** By label of a database, the name under which it is counted what was asked. */
  readonly #sources: ReadonlyMap<string, string>;
  /** Digests of columns by database, as they were last read. */
  readonly #digests = new Map<string, string>();

  constructor(options: SiteOptions) {
    this.name = options.name;
    this.policy = options.policy;
    this.#options = options;
    this.#ledger = options.ledger ?? noLedger;
    this.#asked = new Asked(options.memory);
    this.#databases = new Map(
      Object.entries(options.databases).map(([label, source]) => [label, new KeptColumns(source)]),
    );
    this.#sources = identitiesOf(options);
    for (const algorithm of options.algorithms ?? []) this.register(algorithm);
  }

  register(algorithm: AnyAlgorithm): void {
    this.#algorithms.set(`${algorithm.name}@${algorithm.version}`, algorithm);
  }

  release(): void {
    this.#tables.clear();
    for (const database of this.#databases.values()) database.release();
  }

  async answer(bytes: Uint8Array): Promise<Uint8Array> {
    const request = readRequest(bytes);
    const reply =
      request === undefined
        ? this.#refusal(undefined, "REQUEST_INVALID", "{site} received a request that it cannot read.", false)
        : await this.#reply(request);
    try {
      this.#options.onAnswer?.(
        request,
        reply,
        request === undefined ? undefined : questionInWords(request, this.#stepAsked(request)),
      );
    } catch (error) {
      // What its steward cannot see does not leave.
      this.#defect(error);
      return writeMessage(this.#failed(request));
    }
    return writeMessage(reply);
  }

  async #reply(request: Request): Promise<Reply> {
    try {
      return await this.#compute(request);
    } catch (error) {
      if (error instanceof Withholding)
        return this.#refusal(request, error.code, error.message, error.abstains);
      if (isKonsilError(error)) {
        if (error.cause !== undefined) this.#defect(error);
        return this.#refusal(request, error.code, withoutCode(error), false);
      }
      // Anything else is a defect, whose message may hold anything.
      this.#defect(error);
      return this.#failed(request);
    }
  }

  #refusal(request: Request | undefined, code: ErrorCode, message: string, abstains: boolean): Reply {
    return { ...this.#address(request), ok: false, abstains, code, message };
  }

  #failed(request: Request | undefined): Reply {
    return this.#refusal(
      request,
      "SITE_FAILED",
      "{site} failed while computing. The steward there finds the cause in the site's own log.",
      false,
    );
  }

  #defect(error: unknown): void {
    try {
      this.#options.onDefect?.(error);
    } catch {
      // A log that fails must not tell the researcher why.
    }
  }

  #address(request: Request | undefined) {
    return {
      format: "konsil.reply/1",
      analysis: request?.analysis ?? "",
      round: request?.round ?? "",
      site: this.name,
    } as const;
  }

  /** The step that is asked for, where the site has it. */
  #stepAsked({ algorithm, step: wanted }: Request): AnyStep | undefined {
    return this.#algorithms
      .get(`${algorithm.name}@${algorithm.version}`)
      ?.steps.find(({ name, version }) => name === wanted?.name && version === wanted.version);
  }

  #step(request: Request, algorithm: AnyAlgorithm): AnyStep {
    const wanted = request.step;
    const step = algorithm.steps.find(({ name }) => name === wanted?.name);
    if (step === undefined) {
      throw new Withholding(
        "ALGORITHM_UNKNOWN",
        `The algorithm "${algorithm.name}" at {site} has no step "${wanted?.name}". ${suggestion(
          wanted?.name ?? "",
          algorithm.steps.map(({ name }) => name),
          "Steps",
        )}`,
      );
    }
    if (step.version !== wanted?.version) {
      throw new Withholding(
        "VERSION_MISMATCH",
        `{site} has ${step.name}@${step.version} where ${step.name}@${wanted?.version} was asked for. Use the same release of the software on both sides.`,
      );
    }
    return step;
  }

  async #readable(data: DataSpecification, policy: Policy): Promise<Readable> {
    const source = this.#databases.get(data.database);
    if (source === undefined) {
      throw new Withholding(
        "DATABASE_UNKNOWN",
        `{site} has no database "${data.database}". ${suggestion(data.database, this.#databases.keys(), "Databases there")}`,
      );
    }
    const columns = await source.describe();
    await this.#tellNotes(data.database, source);
    return { source, columns, permission: policy.columns, site: this.name };
  }

  /** Once for each database. */
  async #tellNotes(label: string, source: KeptColumns): Promise<void> {
    const { onNote } = this.#options;
    if (onNote === undefined || this.#noted.has(label)) return;
    this.#noted.add(label);
    try {
      for (const note of await source.notes()) onNote(note);
    } catch {
      // Whatever is wrong with the data is said by what reads them.
    }
  }

  async #compute(request: Request): Promise<Reply> {
    const policy = tighten(this.policy, request.policy);
    const { algorithm: asked, data } = request;
    if (request.step !== null) requirePermitted(policy, asked);
    const organizations = new Set(request.roster).size;
    if (organizations < policy.minimumOrganizations || !request.roster.includes(this.name)) {
      throw new Withholding(
        "ORGANIZATIONS_TOO_FEW",
        `{site} answers only when at least ${policy.minimumOrganizations} organizations take part, the site among them (minimumOrganizations).`,
      );
    }
    const readable = await this.#readable(data, policy);
    if (request.step === null) {
      const columns = readable.columns.filter(({ name }) => permits(policy.columns, name));
      return { ...this.#address(request), ok: true, columns, policy: policyNote(policy, this.#ledger.name) };
    }
    const algorithm = findAlgorithm([...this.#algorithms.values()], asked);
    const step = this.#step(request, algorithm);
    const args = step.parse(request.arguments);
    const columns = step.columns(args);
    const dimensions = step.dimensions(args);
    requireCells(dimensions, step);
    if (step.needsExactTimes && policy.eventTimes !== "exact") {
      throw new Withholding(
        "EVENT_TIMES_NOT_PERMITTED",
        `{site} does not release exact event times (eventTimes "${policy.eventTimes}"), and "${step.name}" tells them apart. Stratify by site.`,
      );
    }
    const prepared = await this.#prepare(readable, data, columns);
    requireRows(this.policy, prepared.used, step.parameters(args));
    if (tellsNumbers(step)) requireComplete(this.policy, prepared, columns);
    await this.#ledger.admit({
      analysis: request.analysis,
      step: step.name,
      round: request.round,
      roster: request.roster,
      columns: requestedNames(columns),
      rowSet: contentHashOfFrozen(data),
    });
    const source = this.#sources.get(data.database) ?? data.database;
    const question = { step, args, columns, data, source, ...prepared.realised };
    let few: ReadonlySet<string> = new Set();
    await this.#asked.admit(this.policy, question, (told) => {
      few = prepared.values.require(this.policy, step, told);
    });
    const key = step.key(args);
    const preparation = keep(
      prepared.preparations,
      `${step.name}@${step.version} ${canonicalJson(key)}`,
      () => step.prepare(prepared.table, key),
    );
    const value = this.#run(step, prepared, args, preparation);
    const { output, released, slack } = release(step, value, {
      policy,
      own: this.policy,
      few,
      rows: prepared.used,
      dimensions,
      columns,
      measured: (column) => measured(column, prepared, columns, data, readable),
    });
    const rows = rowsNote(prepared.rows, policy.minimumCell, slack);
    // A researcher's wish for more rows is judged by what the reply would tell anyway.
    requireRows(policy, bounds(rows.used).lower, 0);
    return {
      ...this.#address(request),
      ok: true,
      output,
      released,
      rows,
      policy: policyNote(policy, this.#ledger.name),
      ...(await this.#fingerprint(request, prepared)),
    };
  }

  async #fingerprint({ analysis, data: { database } }: Request, { rows, digests }: Prepared) {
    const secret = await this.#options.secret?.(analysis);
    if (secret === undefined) return {};
    const state = { database, policy: this.policy, rows: rows.read, digests };
    return { fingerprint: fingerprint(secret, { analysis, site: this.name }, state) };
  }

  #run(
    step: AnyStep,
    prepared: Prepared,
    args: unknown,
    preparation: unknown,
  ): Readonly<Record<string, unknown>> {
    try {
      return step.run(prepared.table, args, preparation);
    } catch (error) {
      if (!(error instanceof StepRefusal)) throw error;
      const words = Object.hasOwn(step.refusals, error.reason) ? step.refusals[error.reason] : undefined;
      throw new Withholding("STEP_REFUSED", `{site} abstains: ${words ?? "the step refused"}.`, true);
    }
  }

  #prepare(readable: Readable, data: DataSpecification, columns: Columns): Promise<Prepared> {
    const key = `${contentHashOfFrozen(data)} ${canonicalJson(columns)}`;
    const kept = this.#tables.get(key);
    // Put back at the end: the one that was not used for longest is forgotten first.
    this.#tables.delete(key);
    const made = kept ?? this.#build(readable, data, columns);
    this.#tables.set(key, made);
    made.catch(() => this.#tables.delete(key));
    for (const oldest of this.#tables.keys()) {
      if (this.#tables.size <= keptTables) break;
      this.#tables.delete(oldest);
    }
    return made;
  }

  async #build(readable: Readable, data: DataSpecification, columns: Columns): Promise<Prepared> {
    const asked = {
      names: requestedNames(columns),
      compared: comparisonsIn(columns),
      ordered: expressionsIn(columns, "orders"),
      checked: expressionsIn(columns, "checked"),
      categories: categoriesIn(columns),
    };
    const selection = await select(readable, data, asked, this.policy);
    // Before anything that looks at values can refuse: among few rows a refusal would tell of one.
    requireRows(this.policy, selection.selected, 0);
    requireDifferences(this.policy, data, asked, selection);
    const built = buildTable(selection, columns, this.policy.minimumCell);
    return {
      ...built,
      rows: { read: selection.read, selected: selection.selected, used: built.used },
      preparations: new Map(),
      values: new FewValues(selection, built, columns, data),
      realised: realised(selection, built, asked.names, data),
      digests:
        this.#options.secret === undefined ? new Map() : this.#digested(data.database, selection.stored),
    };
  }

  /** Digests of what was just read. Of rows that have changed since nothing is kept. */
  #digested(database: string, columns: ReadonlyMap<string, ColumnData>): ReadonlyMap<string, string> {
    const digests = new Map([...columns].map(([name, column]) => [name, columnDigest(column)]));
    for (const [name, digest] of digests) {
      const key = JSON.stringify([database, name]);
      if ((this.#digests.get(key) ?? digest) !== digest) this.release();
      this.#digests.set(key, digest);
    }
    return digests;
  }
}

function identitiesOf({ databases, identities = {} }: SiteOptions): ReadonlyMap<string, string> {
  const first = new Map<Source, string>();
  return new Map(
    Object.entries(databases).map(([label, source]) => {
      const known = first.get(source) ?? label;
      first.set(source, known);
      return [label, (Object.hasOwn(identities, label) ? identities[label] : undefined) ?? known];
    }),
  );
}

function keep(cache: Map<string, unknown>, key: string, make: () => unknown): unknown {
  if (!cache.has(key)) cache.set(key, make());
  return cache.get(key);
}

/** Kinds that tell no number of people or sum over them. Whether a level is named tells whether it has k people. */
const withoutNumbers: readonly KindName[] = ["flags", "range"];

function tellsNumbers(step: AnyStep): boolean {
  return Object.values(step.output).some((statistic) => !withoutNumbers.includes(innerKind(statistic)));
}

/** Cells of an output at most: more are a mistake, or an attack on the site's memory. */
const mostCells = 4_000_000;

/** @throws Withholding before anything is computed */
function requireCells(dimensions: Dimensions, step: AnyStep): void {
  for (const [field, { dimensions: names }] of Object.entries(step.output)) {
    if (cellCount(names, dimensions) <= mostCells) continue;
    throw new Withholding(
      "ARGUMENT_INVALID",
      `{site} does not compute more than ${mostCells} numbers at once, and was asked for more of ${fieldInWords(field, { words: step.words?.fields })}. Ask for fewer groups.`,
    );
  }
}

/** The numeric column that a step's table has under a key, alone or alone in its list. */
function measured(
  key: string,
  { table }: Prepared,
  columns: Columns,
  data: DataSpecification,
  readable: Readable,
): ReturnType<ReleaseContext["measured"]> {
  const held = columns[key];
  const requests = held === undefined ? [] : "name" in held ? [held as Column<unknown>] : held;
  const value = (table as Readonly<Record<string, unknown>>)[key];
  const values: unknown = Array.isArray(value) ? value[0] : value;
  const [request, ...others] = requests;
  if (request === undefined || others.length > 0 || !(values instanceof Float64Array)) return undefined;
  const fromSource = (name: string): boolean => readable.columns.some((column) => column.name === name);
  const expression = data.derive.find(({ name }) => name === request.name)?.expression;
  const isMeasured =
    expression === undefined
      ? fromSource(request.name)
      : expression.op === "days" &&
        [expression.from, expression.to].every((date) => date.op === "column" && fromSource(date.name));
  const { columns: declared } = data;
  const known =
    declared !== null && Object.hasOwn(declared, request.name) ? declared[request.name] : undefined;
  const ofColumn = known?.type === "numeric" ? known.unit : undefined;
  const unit = expression?.op === "days" ? "days" : (ofColumn ?? timeUnitOf(request.name));
  return { values, isMeasured, unit };
}

function withoutCode(error: KonsilError): string {
  return error.message.replace(/ {2}\[[A-Z_]+\]$/, "");
}

/**
 * Makes a site.
 * @throws KonsilError when its description contradicts itself
 */
export function createSite(options: SiteOptions): Site {
  return new SiteRuntime(options);
}
