import { checkOptionNames } from "@konsil/core";
import type { ServeOptions } from "./serve.ts";

/**
 * Answers the task that a node of vantage6 started this container for, and ends. A refusal is an answer, with exit
 * code 0; only a container that is told nothing, or cannot write its answer, fails.
 * @throws ArgumentError ARGUMENT_UNKNOWN; DataError when two algorithms of an image answer to one name, or no node
 * started this process
 */
export async function serve(options: ServeOptions): Promise<void> {
  checkOptionNames("serve()", options, ["algorithms", "sources"]);
  // Loaded where it is called: whoever imports data sources for local sites is no container.
  const container = await import("./serve.ts");
  await container.serve(options);
}
