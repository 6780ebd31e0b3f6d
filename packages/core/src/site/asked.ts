import { z } from "zod";
import type { DataSpecification } from "../data/index.ts";
import { SiteError } from "../errors/index.ts";
import type { Policy } from "../policy/index.ts";
import type { AnyStep } from "../step/index.ts";
import type { Columns } from "../table/index.ts";
import { Evaluations } from "./evaluations.ts";
import type { Realised } from "./realised.ts";
import { type FormsOf, Transforms } from "./transforms.ts";

/**
 * Keeps what a site was asked, where its process does not live on from one question to the next: a container answers one.
 * What is kept is hashes and names of columns, nothing of a person.
 */
export interface SiteMemory {
  /**
   * Hands what is kept to `change`, to nobody else at the same time, and resolves when what `change` returns is kept in
   * its place. Where `change` throws nothing is changed. Rejects when what is kept cannot be read: then nothing is
   * answered, since nobody knows what was asked before.
   */
  update(change: (kept: string | undefined) => string): Promise<void>;
}

const format = "konsil.asked/2";
const texts = z.array(z.string()).readonly();
const schema = z.strictObject({
  format: z.literal(format),
  evaluations: z.array(z.tuple([z.string(), texts, texts]).readonly()),
  transforms: z.array(z.tuple([z.string(), texts]).readonly()),
});

/** A question of a step, and what it reads. */
export interface Question extends Realised {
  readonly step: AnyStep;
  readonly args: unknown;
  readonly columns: Columns;
  readonly data: DataSpecification;
  /** The database, by one name whatever its label. */
  readonly source: string;
}

/** @throws SiteError for a text that is damaged, which is not taken for an empty one */
function parse(kept: string): z.output<typeof schema> {
  try {
    return schema.parse(JSON.parse(kept));
  } catch (cause) {
    throw new SiteError(
      "SITE_FAILED",
      "What {site} was asked before is damaged, so it does not know whether it may answer. Ask its steward.",
      { cause },
    );
  }
}

/** What a site was asked before, as far as a policy counts it. */
export class Asked {
  readonly #evaluations = new Evaluations();
  readonly #transforms = new Transforms();
  readonly #memory: SiteMemory | undefined;

  constructor(memory: SiteMemory | undefined) {
    this.#memory = memory;
  }

  /**
   * Counts a question, unless `judge` withholds it, which is told what forms of arithmetic were asked for with it.
   * @throws Withholding when it is one too many, and it is not counted
   */
  async admit(
    policy: Policy,
    question: Question,
    judge: (formsOf: FormsOf) => void = () => undefined,
  ): Promise<void> {
    const count = (): void => {
      const counts = [this.#transforms, this.#evaluations].map((asked) => asked.admit(policy, question));
      judge(this.#transforms.formsOf(question));
      for (const one of counts) one();
    };
    if (this.#memory === undefined || policy.open) return count();
    await this.#memory.update((kept) => {
      if (kept !== undefined) this.#restore(kept);
      count();
      const [evaluations, transforms] = [this.#evaluations.entries(), this.#transforms.entries()];
      return JSON.stringify({ format, evaluations, transforms } satisfies z.input<typeof schema>);
    });
  }

  #restore(kept: string): void {
    const { evaluations, transforms } = parse(kept);
    this.#evaluations.restore(evaluations);
    this.#transforms.restore(transforms);
  }
}
