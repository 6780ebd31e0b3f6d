import { writeFileSync } from "node:fs";
import type { AnyAlgorithm } from "@konsil/core";
import { methodName } from "./plain-call.ts";

/** Something of an image that Python and vantage6's web interface can call, by its name there. */
export interface DefinedMethod {
  readonly method: string;
  /** Central: it asks sites itself. Federated: it is answered by one site of its own data. */
  readonly type: "central" | "federated";
  /** What it is in Konsil: "kaplan-meier", "survival.departures". */
  readonly name: string;
  readonly version: number;
  /** The first algorithm that asks it, for a step; itself, for an algorithm. */
  readonly algorithm: string;
  /** A sentence for an algorithm; for a step what it asks, without a full stop, where its developer wrote that. */
  readonly title: string | null;
  /** Which columns a step reads, in words. */
  readonly reads: string | null;
  /** JSON Schema of its arguments. */
  readonly arguments: unknown;
}

/** What can be called in an image that holds these algorithms, each once. */
export function methodsOf(algorithms: readonly AnyAlgorithm[]): readonly DefinedMethod[] {
  const methods = new Map<string, DefinedMethod>();
  const add = (one: DefinedMethod): void => {
    if (!methods.has(one.method)) methods.set(one.method, one);
  };
  // In the order in which a call is looked up.
  for (const algorithm of algorithms) {
    const { name, version, title } = algorithm;
    add({
      method: methodName(name),
      type: "central",
      name,
      version,
      algorithm: name,
      title: title === name ? null : title,
      reads: null,
      arguments: algorithm.argumentsSchema(),
    });
  }
  for (const algorithm of algorithms)
    for (const step of algorithm.steps)
      add({
        method: methodName(step.name),
        type: "federated",
        name: step.name,
        version: step.version,
        algorithm: algorithm.name,
        title: step.words?.asks ?? null,
        reads: step.words?.reads ?? null,
        arguments: step.argumentsSchema(),
      });
  return [...methods.values()];
}

/** Writes what can be called, for whoever enters the image in a store. */
export function writeMethods(file: string, algorithms: readonly AnyAlgorithm[]): void {
  writeFileSync(file, JSON.stringify(methodsOf(algorithms)));
}
