// The same questions to a real federation, beside the sites of the example in this process.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ArgumentError, connect, isKonsilError, localFederation, readPrivateKey } from "konsil";
import { breastCancer } from "konsil/examples";
import { type Questions, questions } from "./analyses.ts";

export interface ServerOptions {
  readonly address: string;
  readonly collaboration: string;
  readonly study: string | undefined;
  readonly image: string | undefined;
  /** The file of the organization's private key, where the collaboration is encrypted. */
  readonly key: string | undefined;
  /** Names of questions; none for all. */
  readonly only: readonly string[];
  readonly output: string;
  readonly quiet: boolean;
}

/** What a question came to over the server. */
interface Compared {
  readonly question: string;
  readonly rounds: number;
  readonly seconds: number;
  /** Whether it is what the same sites say in this process, to the last bit; null where it was refused there. */
  readonly same: boolean | null;
  /** Why there is no answer. */
  readonly refused: string | null;
  readonly answer: unknown;
}

/** Questions that are on their way at the same time: a node works on several, and each round waits for its containers. */
const atOnce = 4;

function environment(name: string): string {
  const value = process.env[name];
  if (value !== undefined && value !== "") return value;
  throw new ArgumentError("USAGE", `Set ${name}, your account at the server, in the environment.`);
}

function without(answer: { toJSON(): object }): string {
  const { report: _report, ...value } = answer.toJSON() as Readonly<Record<string, unknown>>;
  return JSON.stringify(value);
}

/** Runs the study over a vantage6 server whose nodes have the example's files. Says whether all answers are the same. */
export async function runOverServer(options: ServerOptions): Promise<boolean> {
  const { address, collaboration, study, image, key, only, output, quiet } = options;
  const local = await localFederation(breastCancer);
  // Each site by itself is one question here and many tasks there, and says nothing more about the way.
  const names = (Object.keys(questions(local, { quiet: true })) as (keyof Questions)[]).filter(
    (name) => name !== "siteBySite",
  );
  const unknown = only.find((name) => names.every((one) => one !== name));
  if (unknown !== undefined)
    throw new ArgumentError("USAGE", `The study has no question "${unknown}". It has ${names.join(", ")}.`);
  const server = await connect(address, {
    username: environment("KONSIL_USERNAME"),
    password: environment("KONSIL_PASSWORD"),
    mfaCode: process.env["KONSIL_MFA_CODE"],
    privateKey: key === undefined ? undefined : await readPrivateKey(key),
  });
  const there = await server.federation({ collaboration, study, image });
  const here = await localFederation(breastCancer.filter(({ name }) => there.sites.includes(name)));
  const asked = questions(there, { quiet: true });
  const known = questions(here, { quiet: true });
  const say = (text: string): void => {
    if (!quiet) process.stdout.write(`${text}\n`);
  };
  say(`${there.sites.length} sites over ${server.address}: ${there.sites.join(", ")}`);

  const compared: Compared[] = [];
  const left = names.filter((name) => only.length === 0 || only.includes(name));
  const work = async (): Promise<void> => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const one = await compare(
        name,
        () => ask(asked, name),
        () => ask(known, name),
      );
      compared.push(one);
      const same = one.same === null ? `no answer: ${one.refused}` : one.same ? "the same" : "NOT the same";
      say(`${one.question}: ${one.rounds} rounds, ${one.seconds.toFixed(1)} s, ${same}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));

  await mkdir(output, { recursive: true });
  const file = join(output, "server-results.json");
  await writeFile(file, `${JSON.stringify({ server: server.address, collaboration, compared })}\n`);
  const answered = compared.filter(({ same }) => same !== null);
  say(
    `${answered.filter(({ same }) => same).length} of ${compared.length} answers are those of the same sites in this process, to the last bit.`,
  );
  return answered.length > 0 && answered.every(({ same }) => same);
}

type Answer = { toJSON(): object; readonly report: { readonly rounds: readonly unknown[] } };

function ask(all: Questions, name: keyof Questions): Promise<Answer> {
  return Promise.resolve(all[name]() as PromiseLike<unknown> as PromiseLike<Answer>);
}

async function compare(
  question: string,
  there: () => Promise<Answer>,
  here: () => Promise<Answer>,
): Promise<Compared> {
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  try {
    const answer = await there();
    const took = seconds();
    const same = without(answer) === without(await here());
    return { question, rounds: answer.report.rounds.length, seconds: took, same, refused: null, answer };
  } catch (error) {
    if (!isKonsilError(error)) throw error;
    return { question, rounds: 0, seconds: seconds(), same: null, refused: error.message, answer: null };
  }
}
