import { type AnalysisEvent, counted, withoutInWords } from "@konsil/core";
import { formatDuration, plainText } from "../display/index.ts";
import { delayInWords, firstKeyInWords, late } from "./analysis-state.ts";

/**
 * A listener for `onProgress` that shows an analysis on standard error: one line a round, rewritten on a terminal and
 * plain otherwise. Sites are named only when they are late.
 */
export function terminalProgress(title: string, quiet = false): (event: AnalysisEvent) => void {
  if (quiet) return () => undefined;
  const terminal = process.stderr.isTTY === true;
  let waiting: string[] = [];
  let line = "";
  let timer: NodeJS.Timeout | undefined;
  const write = (text: string, end: string): void => {
    process.stderr.write(`${terminal ? "\r\u001b[2K" : ""}${plainText(text)}${end}`);
  };
  const show = (text: string): void => {
    line = text;
    if (terminal) write(text, "");
  };
  const end = (text: string): void => {
    clearInterval(timer);
    write(text, "\n");
  };
  return (event) => {
    switch (event.type) {
      case "round-started": {
        waiting = [...event.sites];
        show(`${title} · round ${event.round} ${event.step} · 0 of ${counted(event.sites.length, "site")}`);
        const began = Date.now();
        clearInterval(timer);
        timer = setInterval(() => {
          if (Date.now() - began >= late * 1000)
            show(`${line.split(" · waiting")[0]} · waiting for ${waiting.join(", ")}`);
        }, 1000);
        timer.unref();
        break;
      }
      case "site":
        waiting = waiting.filter((site) => site !== event.site);
        show(
          `${title} · round ${event.round} ${event.step} · ${event.finished} of ${counted(event.total, "site")}`,
        );
        break;
      case "round-ended":
        end(
          `${title} · round ${event.round} ${event.step} · ${formatDuration(event.seconds)}${event.replayed ? " (from the journal)" : ""}`,
        );
        break;
      case "keys-first-seen":
        for (const key of event.keys) end(`${title} · ${firstKeyInWords(key)}`);
        break;
      case "round-waiting":
        end(`${title} · ${delayInWords(event)}`);
        break;
      case "restarted":
        end(`${title} · from the first round again${withoutInWords(event.without)} (${event.why})`);
        break;
      case "warning":
        end(`${title} · warning: ${event.message}`);
        break;
      case "failed":
      case "done":
        clearInterval(timer);
        break;
    }
  };
}
