import { KonsilError } from "@konsil/core";
import { escapeMarkup, plainText } from "./escape.ts";
import { bundleOf, type Forms, hide, inspected, notebookForm } from "./showable.ts";
import { style } from "./style.ts";

/** What an error says: its message is what was wrong, where, and what to do. How it came about inside helps nobody. */
function formsOf(error: KonsilError): Forms {
  const { name, code, message, cause } = error;
  const why = cause instanceof Error ? [`Its cause: ${cause.message}`] : [];
  return {
    text: () => [`${name}: ${message}`, ...why].map(plainText).join("\n"),
    html: () =>
      [
        `<section class="konsil"><style>${style}</style>`,
        `<p><strong>${escapeMarkup(name)}</strong> <code>${escapeMarkup(code)}</code></p>`,
        `<p>${escapeMarkup(message.replace(/ {2}\[[A-Z_]+\]$/, ""))}</p>`,
        ...why.map((line) => `<p class="konsil-note">${escapeMarkup(line)}</p>`),
        "</section>",
      ].join(""),
  };
}

type Inspect = (value: unknown, options: object) => string;

/**
 * Lets errors that say what to do be printed as they say it, without the trace of the insides. That of a wrong definition
 * keeps its trace, which leads its developer to the place. (An error that ends a program is printed by Node itself.)
 */
export function showErrors(): void {
  hide(KonsilError.prototype, {
    [inspected](this: KonsilError, _depth: unknown, options: object, inspect: Inspect): string {
      return this.name === "DefinitionError"
        ? inspect(this, { ...options, customInspect: false })
        : formsOf(this).text({});
    },
    [notebookForm](this: KonsilError) {
      return bundleOf(formsOf(this));
    },
  });
}
