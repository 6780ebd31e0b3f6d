import { coxph, crosstab, glm, kaplanMeier, logRank, summary, tableOne } from "@konsil/algorithms";
import {
  type Answer,
  type AnyAlgorithm,
  createSite,
  type DataDeclaration,
  defineData,
  type Policy,
  type Refusal,
  readReply,
  type Site,
  type Source,
} from "@konsil/core";

/** All that a site has. */
export const everyAlgorithm: readonly AnyAlgorithm[] = [
  coxph,
  crosstab,
  glm,
  kaplanMeier,
  logRank,
  summary,
  tableOne,
];

/** A patient of the public data. */
export type Person = Readonly<Record<string, number | string | null>>;

/** What is asked of a site: a step of an algorithm, with any arguments. */
export interface Question {
  readonly algorithm: string;
  readonly step: string;
  readonly arguments: unknown;
  readonly data?: DataDeclaration;
  readonly roster?: readonly string[];
  readonly policy?: unknown;
}

/** One line of what happened: a question and its answer, or what the attacker makes of them. */
export type Line =
  | { readonly asked: string; readonly answered: string; readonly code: string | null }
  | { readonly thought: string };

/** A site under attack: the attacker has `ask`, and the judge has `people`. */
export class Target {
  readonly name: string;
  /** For the judge alone: an attacker does not look at them. */
  readonly people: readonly Person[];
  readonly lines: Line[] = [];
  readonly #site: Site;
  readonly #roster: readonly string[];

  constructor(options: {
    readonly name: string;
    readonly source: Source;
    readonly people: readonly Person[];
    readonly policy: Policy;
    readonly roster: readonly string[];
    readonly algorithms?: readonly AnyAlgorithm[];
  }) {
    const { name, source, policy, algorithms = [] } = options;
    this.name = name;
    this.people = options.people;
    this.#roster = options.roster;
    this.#site = createSite({
      name,
      databases: { default: source },
      policy,
      algorithms: [...everyAlgorithm, ...algorithms],
    });
  }

  /** Sends a question as a request, and reads the reply as it arrives at the desk. Undefined when the site says no. */
  async ask(asked: string, question: Question): Promise<Answer | undefined> {
    const { algorithm, step, data = {}, roster = this.#roster, policy = {} } = question;
    const request = {
      format: "konsil.request/1",
      analysis: "attack",
      round: String(this.lines.length),
      algorithm: { name: algorithm, version: 1 },
      step: { name: step, version: 1 },
      arguments: question.arguments,
      data: defineData(data),
      roster,
      policy,
    };
    return this.send(asked, new TextEncoder().encode(JSON.stringify(request)));
  }

  /** Sends bytes. */
  async send(asked: string, bytes: Uint8Array): Promise<Answer | undefined> {
    const reply = readReply(await this.#site.answer(bytes));
    if (reply?.ok === true && "output" in reply) {
      this.lines.push({ asked, answered: shortened(JSON.stringify(reply.output)), code: null });
      return reply;
    }
    const refusal = reply as Refusal;
    const { code, message } = refusal;
    this.lines.push({ asked, answered: message.replaceAll("{site}", this.name), code });
    return undefined;
  }

  /** What the attacker concludes. */
  think(thought: string): void {
    this.lines.push({ thought });
  }

  /** Why the site said no, in the order of the questions. */
  get codes(): readonly string[] {
    return this.lines.flatMap((line) => ("code" in line && line.code !== null ? [line.code] : []));
  }
}

/** The beginning of an answer, as it can be read on a terminal. */
function shortened(text: string): string {
  const readable = text.slice(1, -1).replaceAll('"', "").replaceAll(/[,:]/g, "$& ");
  return readable.length <= 170 ? readable : `${readable.slice(0, 169)}…`;
}

/** Numbers of an output as they travel: all cells, or those that are not zero. */
export function numbersOf(wire: unknown, length: number): readonly number[] {
  if (Array.isArray(wire)) return wire as readonly number[];
  const cells = Array.from({ length }, () => 0);
  const { at, values } = wire as { readonly at: readonly number[]; readonly values: readonly number[] };
  for (const [i, place] of at.entries()) cells[place] = values[i] as number;
  return cells;
}
