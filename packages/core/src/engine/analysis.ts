import type { AnalysisEvent } from "./events.ts";

/**
 * An analysis that runs: await it for its result, iterate over it or listen for its events. (An `async` function that
 * returns one yields its result, because it can be awaited.)
 */
export interface Analysis<R> extends PromiseLike<R>, AsyncIterable<AnalysisEvent> {
  /** Opaque; names the analysis at every site. */
  readonly id: string;
  /** Calls `listener` with the events so far and each to come; returns the analysis. What it throws is dropped. */
  onProgress(listener: (event: AnalysisEvent) => void): Analysis<R>;
  /** Stops the analysis and its open tasks. It fails with ANALYSIS_ABORTED. @throws what the transport throws when a task cannot be killed */
  kill(): Promise<void>;
  catch<Other = never>(
    onRejected?: ((reason: unknown) => Other | PromiseLike<Other>) | null,
  ): Promise<R | Other>;
  finally(onFinally?: (() => void) | null): Promise<R>;
}
