import {
  type Answer,
  type AnyStep,
  createSite,
  type DataDeclaration,
  defineData,
  parsePolicy,
  type Refusal,
  type Row,
  readReply,
  rowsSource,
} from "@konsil/core";
import { breastCancer } from "konsil/examples";
import { summary } from "../src/counts/index.ts";
import { glm } from "../src/regression/index.ts";
import { coxph, logRank } from "../src/survival/index.ts";

const algorithms = [glm, coxph, logRank, summary];

/** A site as an attacker sees it: what a step answers to arguments of the attacker's own making, or the refusal. */
export type Ask = (step: AnyStep, args: unknown, data?: DataDeclaration) => Promise<Answer | Refusal>;

export function askSite(rows: readonly Row[], policy: unknown = {}, reason?: string): Ask {
  const site = createSite({
    name: "here",
    databases: { default: rowsSource(rows) },
    policy: parsePolicy(policy, reason),
    algorithms,
  });
  return async (step, args, data = {}) => {
    const { name, version } =
      algorithms.find(({ steps }) => steps.some((one) => one.name === step.name)) ?? glm;
    const request = {
      format: "konsil.request/1",
      analysis: "attack",
      round: "1",
      algorithm: { name, version },
      step: { name: step.name, version: step.version },
      arguments: args,
      data: defineData(data),
      roster: ["here", "there", "elsewhere"],
      policy: {},
    };
    const reply = readReply(await site.answer(new TextEncoder().encode(JSON.stringify(request))));
    if (reply === undefined || (reply.ok && !("output" in reply))) throw new Error("no answer to a step");
    return reply;
  };
}

/** The answer, or an error that says the refusal. */
export function answered(reply: Answer | Refusal): Answer {
  if (reply.ok) return reply;
  throw new Error(`${reply.code}: ${reply.message}`);
}

/** Numbers as they travel: all cells, or those that are not zero. */
export function numbersOf(wire: unknown, length: number): readonly number[] {
  if (Array.isArray(wire)) return wire as readonly number[];
  const cells = Array.from({ length }, () => 0);
  const { at, values } = wire as { readonly at: readonly number[]; readonly values: readonly number[] };
  for (const [i, place] of at.entries()) cells[place] = values[i] as number;
  return cells;
}

/** A patient of the breast cancer study. */
export interface Patient extends Row {
  readonly days: number;
  readonly event: boolean;
  readonly age: number;
  readonly nodes: number;
  readonly pgr: number;
  readonly er: number;
}

/** The patients of one hospital: for the judge, and for a site whose data they are. */
export async function patientsOf(name: string): Promise<readonly Patient[]> {
  const source = breastCancer.find((site) => site.name === name)?.databases?.default;
  if (source === undefined || !("read" in source)) throw new Error(`There is no hospital ${name}.`);
  const names = ["days", "event", "age", "nodes", "pgr", "er"] as const;
  const { rows, columns } = await source.read(names);
  const values = names.map((column) => columns.get(column));
  return Array.from({ length: rows }, (_, i) => {
    const of = (j: number): number => Number((values[j] as { readonly values: ArrayLike<number> }).values[i]);
    return { days: of(0), event: of(1) === 1, age: of(2), nodes: of(3), pgr: of(4), er: of(5) };
  });
}
