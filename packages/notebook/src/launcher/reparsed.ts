import type { BuilderProgram } from "./tslab.ts";

/**
 * Forgets the first of two parses. A file with `await (…)` is parsed again, and TypeScript 5.0 asks the first parse for its
 * path, which only the second was given: a variable whose type is named by its module then breaks the compiler.
 */
export function withoutFirstParses(builder: BuilderProgram): BuilderProgram {
  for (const file of builder.getProgram().getSourceFiles()) file.original = undefined;
  return builder;
}
