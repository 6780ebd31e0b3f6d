import {
  type AnyAlgorithm,
  createSite,
  type DataSpecification,
  defectText,
  describe,
  isKonsilError,
  type KonsilError,
  type Policy,
  type Reply,
  type Request,
  type Round,
  randomName,
  readReply,
  readRequest,
  type Site,
  type Source,
  startAnalysis,
  type Transport,
  writeMessage,
} from "@konsil/core";

/** A question to the site and what it would have sent. */
export interface Exchange {
  readonly request: Request;
  readonly reply: Reply;
}

/** What an analysis asked of one site, and how it ended: with a result that nobody sees, or with an error. */
export interface Rehearsed {
  readonly exchanges: readonly Exchange[];
  readonly ended: KonsilError | null;
}

/** Carries rounds to a site of this process, and keeps what was said. */
class Rehearsal implements Transport {
  readonly sites: readonly string[];
  readonly exchanges: Exchange[] = [];
  readonly #site: Site;
  readonly #rounds = new Map<string, Round>();

  constructor(site: Site) {
    this.sites = [site.name];
    this.#site = site;
  }

  async find(): Promise<undefined> {
    return undefined;
  }

  async submit(round: Round): Promise<string> {
    const task = randomName();
    this.#rounds.set(task, round);
    return task;
  }

  async *replies(task: string) {
    const bytes = this.#rounds.get(task)?.request;
    if (bytes === undefined) return;
    const answered = await this.#site.answer(bytes);
    const [request, reply] = [readRequest(bytes), readReply(answered)];
    if (request !== undefined && reply !== undefined) this.exchanges.push({ request, reply });
    yield { site: this.#site.name, reply: answered };
  }

  async kill(task: string): Promise<void> {
    this.#rounds.delete(task);
  }
}

/** Settings about all sites together: one site alone would never keep them. */
export const ofAllSites = ["minimumOrganizations", "maximumPooledParameterShare"] as const;

/**
 * Runs an analysis with one site alone, as its real central part would: each round asks what follows from this site's
 * answers. The settings about all sites together are set aside for the rehearsal, and stand in what it would send.
 */
export async function rehearse(options: {
  readonly name: string;
  readonly source: Source;
  readonly policy: Policy;
  readonly algorithm: AnyAlgorithm;
  readonly arguments: unknown;
  readonly data: DataSpecification;
}): Promise<Rehearsed> {
  const { name, source, policy, algorithm, data } = options;
  const secret = randomName();
  const site = createSite({
    name,
    databases: { default: source },
    policy: { ...policy, minimumOrganizations: 1, maximumPooledParameterShare: 1 },
    // As every site has it: the levels that a filter names are asked for first.
    algorithms: [...new Set([algorithm, describe])],
    // As a site has one, so that a fingerprint is among what would leave.
    secret: async () => secret,
    onDefect: (error) => process.stderr.write(`${defectText(error)}\n`),
    onNote: (note) => process.stderr.write(`${note}\n`),
  });
  const transport = new Rehearsal(site);
  let ended: KonsilError | null = null;
  try {
    await startAnalysis({
      algorithm,
      arguments: options.arguments,
      data,
      transport,
      options: {},
      present: () => undefined,
    });
  } catch (error) {
    if (!isKonsilError(error)) throw error;
    ended = error;
  }
  const { minimumOrganizations, maximumPooledParameterShare } = policy;
  const asSent = (reply: Reply): Reply =>
    reply.ok
      ? { ...reply, policy: { ...reply.policy, minimumOrganizations, maximumPooledParameterShare } }
      : reply;
  return { exchanges: transport.exchanges.map((one) => ({ ...one, reply: asSent(one.reply) })), ended };
}

/** A reply as it would be sent. */
export const replyText = (reply: Reply): string => new TextDecoder().decode(writeMessage(reply));
