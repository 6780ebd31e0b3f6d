import { ArgumentError, taskName } from "@konsil/core";
import type { Named, PortTask, ServerPort } from "./server-port.ts";

/** Whose tasks can be read: of one collaboration, and where that is encrypted one's own organization's. */
interface Readable {
  readonly collaboration: number;
  readonly encrypted: boolean;
}

function refused(task: string, why: string): ArgumentError {
  return new ArgumentError("ARGUMENT_INVALID", `Task ${task} ${why}`);
}

/** `"hospitals" (number 1)`. A name is given where one may see it. */
function named(all: readonly Named[], id: number): string {
  const name = all.find((one) => one.id === id)?.name;
  return name === undefined ? `of number ${id}` : `"${name}" (number ${id})`;
}

/**
 * A task that another process made, of which a federation can read what its sites say.
 * @param task its number, as somebody wrote it
 * @throws ArgumentError for a task that is none of Konsil's, of another collaboration, or encrypted for others
 */
export async function attachableTask(
  { tasks, collaborations, organizations, user }: ServerPort,
  task: string,
  { collaboration, encrypted }: Readable,
): Promise<PortTask> {
  if (!/^\d+$/.test(task))
    throw new ArgumentError("ARGUMENT_INVALID", `"${task}" is not the number of a task.`);
  const found = await tasks.get(Number(task));
  if (!found.name.startsWith(taskName("")))
    throw refused(task, `is none of Konsil's. server.results.wait(${task}) reads what any task came to.`);
  const where = found.collaboration?.id ?? collaboration;
  if (where !== collaboration)
    throw refused(
      task,
      `is of the collaboration ${named(await collaborations.list().all(), where)}: open a federation of that one, server.federation({ collaboration: ${where} }).`,
    );
  const maker = found.organization?.id ?? user.organization.id;
  if (encrypted && maker !== user.organization.id)
    throw refused(
      task,
      `was made by the organization ${named(await organizations.list({ collaboration }).all(), maker)}, and its answers are encrypted for that one: only its users can read them, with its private key.`,
    );
  return found;
}
