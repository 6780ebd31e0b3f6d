import {
  createSite,
  parsePolicy,
  type Request,
  type Round,
  type Row,
  rowsSource,
  type Transport,
} from "@konsil/core";
import { and, compare, coxph, crosstab, cut, glm, kaplanMeier, logRank, summary, tableOne } from "konsil";
import { makeFederation } from "../../sdk/src/federation/index.ts";
import { LocalTransport } from "../../sdk/src/local/local-transport.ts";

/** What a person has that nobody else has, and that must not be in anything that leaves a site. */
export const secretNumber = 987654.321;
export const secretText = "SECRET-level";
export const secrets: readonly string[] = ["987654", "SECRET"];

/** Made-up patients, of whom one has secrets in several columns if there are `secrets`. */
export function patients(count: number, start: number, withSecrets = true): Row[] {
  return Array.from({ length: count }, (_, i): Row => {
    const r = (salt: number): number => ((start + i + 1) * 7919 * salt) % 1009;
    const isSecret = withSecrets && i === 3;
    return {
      days: 30 + r(1),
      event: r(2) % 2,
      age: 30 + (r(3) % 55),
      nodes: isSecret ? secretNumber : r(4) % 12,
      grade: isSecret ? secretText : (["I", "II", "III"][r(5) % 3] as string),
      hormon: r(6) % 2 === 0 ? "yes" : "no",
      visit: isSecret ? "1987-06-05" : `20${10 + (r(7) % 10)}-0${1 + (r(8) % 9)}-01`,
      er: i % 9 === 5 ? null : r(9) % 300,
    };
  });
}

/** Requests of every step, as honest analyses send them: what hostile ones are made from. */
export async function honestRequests(): Promise<readonly Request[]> {
  const open = parsePolicy("open", "rows made up by a test");
  const sites = ["one", "two", "three"].map((name, i) =>
    createSite({ name, databases: { default: rowsSource(patients(60, 100 * i, false)) }, policy: open }),
  );
  const inner = new LocalTransport(sites);
  const sent: Request[] = [];
  const transport: Transport = {
    sites: inner.sites,
    find: (key) => inner.find(key),
    submit(round: Round) {
      sent.push(JSON.parse(new TextDecoder().decode(round.request)) as Request);
      return inner.submit(round);
    },
    replies: (task, signal) => inner.replies(task, signal),
    kill: (task) => inner.kill(task),
  };
  const federation = makeFederation({
    transport,
    register: (algorithm) => {
      for (const site of sites) site.register(algorithm);
    },
    release: () => {
      for (const site of sites) site.release();
    },
  });
  const rareLevels = "exclude" as const;
  const data = federation.data({
    derive: { group: cut("age", [40, 60]) },
    filter: and(compare("age", ">=", 45), compare("hormon", "==", "yes")),
  });
  await data.ready();
  await data.run(summary, { columns: ["nodes", "grade", "er"], by: "group", rareLevels, range: true });
  await federation.run(tableOne, { columns: ["age", "grade", "event"], by: "hormon", rareLevels });
  await federation.run(crosstab, { rows: "grade", columns: "hormon", rareLevels });
  await federation.run(glm, { formula: "event ~ age + grade + log(er + 1)", family: "binomial", rareLevels });
  await federation.run(glm, { formula: "days ~ I(age^2) * hormon", family: "gaussian" });
  await federation.run(coxph, {
    formula: "Surv(days, event) ~ age + hormon",
    perSite: true,
  });
  await federation.run(coxph, { formula: "Surv(days, event) ~ age", stratifyBySite: false });
  await federation.run(kaplanMeier, { formula: "Surv(days, event) ~ hormon" });
  await federation.run(logRank, { formula: "Surv(days, event) ~ hormon" });
  // A few of each step: rounds of a fit differ in little.
  const seen = new Map<string, number>();
  return sent.filter(({ step }) => {
    const times = (seen.get(step?.name ?? "") ?? 0) + 1;
    seen.set(step?.name ?? "", times);
    return times <= 3;
  });
}
