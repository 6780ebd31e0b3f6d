import type { FailedStatus } from "@konsil/core";

/** What is said of a run that failed, and what to do. */
export const failureWords: Readonly<Record<FailedStatus, string>> = {
  failed: crash("failed at its node before it had a result"),
  "start failed": crash("failed: its node could not start the image"),
  crashed: crash("crashed: the program ended with an error"),
  "unknown error": crash("failed at its node, which does not say why"),
  "non-existing Docker image":
    "{site} has no image {image}: no node there can pull it. Check the name; if it is right, an administrator has to give the node access to the registry.",
  "not allowed":
    "{site} does not permit this task: its node's policy (`allowed_algorithms`, `allowed_algorithm_stores`, `allowed_users`, `allowed_organizations`) leaves out the image {image}, or you. Ask the node's administrator to add it.",
  "killed by user":
    "{site} did not answer: its task was killed at the server. Run the analysis again; with the same journal only this is asked again.",
};

function crash(what: string): string {
  return `{site} ${what}. Its log is at the server, for all who may see the task: server.runs.get({run}) has it as \`log\`, and events of type "site-log" while the analysis runs.`;
}
