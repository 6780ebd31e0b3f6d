import type { DataSpecification } from "../data/index.ts";
import { randomName } from "../encoding/index.ts";
import { type ColumnsAnswer, readReply, writeMessage } from "../site/index.ts";
import { type Failure, failureError } from "./failures.ts";
import type { Transport } from "./transport.ts";

/** Which columns each site permits to be read: asked of all sites at once, outside any analysis. */
export async function askColumns(
  transport: Transport,
  data: DataSpecification,
): Promise<ReadonlyMap<string, ColumnsAnswer>> {
  const round = randomName();
  const request = writeMessage({
    format: "konsil.request/1",
    analysis: round,
    round,
    algorithm: { name: "columns", version: 1 },
    step: null,
    arguments: {},
    data,
    roster: transport.sites,
    policy: {},
  });
  const task = await transport.submit({
    key: round,
    sites: transport.sites,
    request,
    database: data.database,
  });
  const answers = new Map<string, ColumnsAnswer>();
  const failures: Failure[] = [];
  for await (const delivery of transport.replies(task, new AbortController().signal)) {
    const { site } = delivery;
    if ("failed" in delivery) {
      failures.push({ site, state: "failed", code: delivery.failed, message: delivery.message });
      continue;
    }
    const reply = readReply(delivery.reply);
    if (reply === undefined)
      failures.push({
        site,
        state: "failed",
        code: "REPLY_INVALID",
        message: "The reply of {site} cannot be read.",
      });
    else if (!reply.ok) failures.push({ site, state: "refused", code: reply.code, message: reply.message });
    else if ("columns" in reply) answers.set(site, reply);
  }
  if (failures.length > 0) throw failureError(failures, transport.sites.length);
  return answers;
}
