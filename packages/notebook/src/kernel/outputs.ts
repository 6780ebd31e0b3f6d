import type { Bundle, Published } from "./message.ts";

/** An output of a cell, as nbformat 4 writes it. */
export type Output =
  | { readonly output_type: "stream"; readonly name: "stdout" | "stderr"; text: string }
  | { readonly output_type: "display_data"; data: Bundle; metadata: Bundle }
  | {
      readonly output_type: "execute_result";
      readonly execution_count: number | null;
      data: Bundle;
      metadata: Bundle;
    }
  | {
      readonly output_type: "error";
      readonly ename: string;
      readonly evalue: string;
      readonly traceback: readonly string[];
    };

/** The outputs on display under one display id, in whichever cell: an update changes them all. */
export type Displays = Map<string, { data: Bundle; metadata: Bundle }[]>;

/** What a cell shows, kept up as the kernel publishes. */
export class Outputs {
  readonly list: Output[] = [];
  readonly #displays: Displays;
  #clearNext = false;

  constructor(displays: Displays) {
    this.#displays = displays;
  }

  take(published: Published): void {
    switch (published.type) {
      case "stream":
      case "display_data":
      case "execute_result":
      case "error":
        if (this.#clearNext) this.#clear();
        this.#add(published);
        break;
      case "update_display_data":
        this.#update(published.displayId, published);
        break;
      case "clear_output":
        // "wait" keeps what is shown until there is something to put in its place.
        if (published.wait) this.#clearNext = true;
        else this.#clear();
        break;
      default:
    }
  }

  #clear(): void {
    this.list.length = 0;
    this.#clearNext = false;
  }

  #update(id: string | undefined, { data, metadata }: { data: Bundle; metadata: Bundle }): void {
    for (const shown of this.#displays.get(id ?? "") ?? []) Object.assign(shown, { data, metadata });
  }

  #add(
    published: Extract<Published, { type: "stream" | "display_data" | "execute_result" | "error" }>,
  ): void {
    if (published.type === "stream") {
      const last = this.list.at(-1);
      if (last?.output_type === "stream" && last.name === published.name) last.text += published.text;
      else this.list.push({ output_type: "stream", name: published.name, text: published.text });
      return;
    }
    if (published.type === "error") {
      const { name: ename, message: evalue, trace: traceback } = published;
      this.list.push({ output_type: "error", ename, evalue, traceback });
      return;
    }
    const { type, data, metadata, displayId, executionCount } = published;
    const output =
      type === "display_data"
        ? { output_type: type, data, metadata }
        : { output_type: type, execution_count: executionCount, data, metadata };
    this.list.push(output);
    if (displayId === undefined) return;
    this.#update(displayId, published);
    this.#displays.set(displayId, [...(this.#displays.get(displayId) ?? []), output]);
  }
}

/**
 * Stock tslab tells of an error only by text on the error stream and the status of its reply. This makes it an error
 * like another kernel's.
 */
export function withError(list: Output[]): void {
  if (list.some((output) => output.output_type === "error")) return;
  const at = list.findLastIndex((output) => output.output_type === "stream" && output.name === "stderr");
  const last = list[at];
  const text = last?.output_type === "stream" ? last.text.trimEnd() : "";
  if (at >= 0) list.splice(at, 1);
  const thrown = /^(?:Uncaught )?(\w*(?:Error|Exception))(?: \[\w+\])?: (.*)$/m.exec(text);
  const lines = text.split("\n");
  list.push({
    output_type: "error",
    ename: thrown?.[1] ?? (/^(?:\S+ )?\d+:\d+ - /.test(text) ? "TypeScriptError" : "Error"),
    evalue: thrown?.[2] ?? lines[0] ?? "",
    traceback: lines,
  });
}
