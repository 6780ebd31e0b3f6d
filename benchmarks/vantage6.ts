// npm run bench -- vantage6: how close an analysis at real nodes comes to what their server and nodes need by themselves.
// A round is a task, so the least that n rounds can take is n times what a task takes that computes nothing.
import { setTimeout as wait } from "node:timers/promises";
import { connect, coxph, readPrivateKey, type Server } from "konsil";

const { KONSIL_SERVER_URL: url = "", KONSIL_PASSWORD: password = "", KONSIL_KEYS: keys = "" } = process.env;
const image = process.env["KONSIL_IMAGE"] ?? "";
const times = Number(process.argv[2] ?? 3);
/** The client's share beyond the server's and the nodes' own time. */
const aim = 0.2;

/** Milliseconds between two looks: nobody sees a task end much earlier. */
const look = 100;

interface Api {
  ask(method: "GET" | "POST", path: string, body?: object): Promise<unknown>;
}

/** The server's own interface, with nothing of Konsil between. */
async function api(): Promise<Api> {
  let token: string | undefined;
  const ask: Api["ask"] = async (method, path, body) => {
    const answer = await fetch(url + path, {
      method,
      headers: {
        "Content-Type": "application/json",
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as unknown;
  };
  const login = (await ask("POST", "/token/user", { username: "oslo", password })) as {
    access_token: string;
  };
  token = login.access_token;
  return { ask };
}

interface Listed<T> {
  readonly data: readonly T[];
}

/** Seconds of a task that every node answers at once, since there is no such method. */
async function noOp(raw: Api, collaboration: number, organizations: readonly number[]): Promise<number> {
  const input = Buffer.from(JSON.stringify({ method: "nothing", args: [], kwargs: {} })).toString("base64");
  const began = performance.now();
  const task = (await raw.ask("POST", "/task", {
    name: "benchmark",
    image,
    collaboration_id: collaboration,
    databases: [{ label: "default" }],
    organizations: organizations.map((id) => ({ id, input })),
  })) as { readonly id: number };
  for (;;) {
    const { data } = (await raw.ask("GET", `/run?task_id=${task.id}`)) as Listed<{
      finished_at: string | null;
    }>;
    if (data.length > 0 && data.every(({ finished_at: at }) => at !== null)) break;
    await wait(look);
  }
  await raw.ask("GET", `/result?task_id=${task.id}`);
  return (performance.now() - began) / 1000;
}

interface Fit {
  readonly seconds: number;
  readonly rounds: number;
  /** From when the server had each task until its last run had ended there, together. */
  readonly theirs: number;
}

async function cox(server: Server): Promise<Fit> {
  const federation = await server.federation({ collaboration: "public data", image });
  const tasks: number[] = [];
  const began = performance.now();
  await federation.run(
    coxph,
    { formula: "Surv(days, event) ~ age + nodes + strata(site)" },
    {
      onProgress: (event) => {
        if (event.type === "round-started") tasks.push(Number(event.task));
      },
    },
  );
  const seconds = (performance.now() - began) / 1000;
  let theirs = 0;
  for (const id of tasks) {
    const { createdAt } = await server.tasks.get(id);
    const runs = await server.runs.list({ task: id }).all();
    theirs += (Math.max(...runs.map(({ finishedAt }) => Number(finishedAt))) - Number(createdAt)) / 1000;
  }
  return { seconds, rounds: tasks.length, theirs };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const server = await connect(url, {
  username: "oslo",
  password,
  privateKey: await readPrivateKey(`${keys}/oslo.pem`),
});
const collaboration = (await server.collaborations.list({ name: "public data" }).first())?.id ?? 0;
const nodes = await server.nodes.list({ collaboration }).all();
const organizations = nodes.map(({ organization }) => organization.id);
const raw = await api();
const idle: number[] = [];
const fits: Fit[] = [];
// In turns, so that whatever else the machine does meets both.
for (let i = 0; i < times; i++) {
  for (let j = 0; j < 3; j++) idle.push(await noOp(raw, collaboration, organizations));
  fits.push(await cox(server));
}

const task = median(idle);
const rows = fits.map((fit) => ({ ...fit, idle: fit.rounds * task, beyond: fit.seconds / fit.theirs - 1 }));
const beyond = median(rows.map((row) => row.beyond));
const seconds = (value: number): string => `${value.toFixed(2)} s`;
const percent = (value: number): string => `${(100 * value).toFixed(0)} %`;
console.log(`A task that computes nothing, at ${organizations.length} nodes: median ${seconds(task)}, least ${seconds(Math.min(...idle))}, of ${idle.length}.

| Cox, stratified by site | whole | rounds × such a task | its tasks, at server and nodes | the client's beyond them |
|---|---|---|---|---|
${rows
  .map(
    (row) =>
      `| ${row.rounds} rounds | ${seconds(row.seconds)} | ${seconds(row.idle)} | ${seconds(row.theirs)} | ${percent(row.beyond)} |`,
  )
  .join("\n")}

The client's share in the median: ${percent(beyond)}; the aim is less than ${percent(aim)}.`);
if (!(beyond < aim)) process.exitCode = 1;
