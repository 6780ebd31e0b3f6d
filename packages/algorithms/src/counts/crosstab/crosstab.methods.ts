import type { Methods } from "@konsil/core";
import type { z } from "zod";
import { levelWords } from "../../model/index.ts";
import { countText } from "../text.ts";
import type { crosstabArguments } from "./arguments.ts";
import type { CrosstabValue } from "./crosstab.central.ts";

export function crosstabMethods(value: CrosstabValue, args: z.output<typeof crosstabArguments>): Methods {
  const { rows, columns, by, n, tables, mantelHaenszel } = value;
  const names = [rows, columns, by].flatMap((one) => (one === null ? [] : [one.variable])).join(", ");
  const exact = tables.flatMap(({ chiSquared }) => chiSquared ?? []);
  const bounded = tables.flatMap(({ chiSquaredBounds }) => chiSquaredBounds ?? []);
  const tested = [...exact, ...bounded];
  const isCorrected = tested.some(({ corrected }) => corrected);
  const isFisher = tables.some(({ fisher }) => fisher !== null);
  const each = by === null ? "" : ` at each level of ${by.variable}`;
  return {
    text: [
      `${countText(n)} people were counted by ${names}.`,
      args.missing === "level"
        ? "Missing values are a level of their own."
        : `People who lack ${columns === null ? "it" : "one of them"}, if any, were left out.`,
      ...(tested.length === 0
        ? []
        : [
            `Independence of ${rows.variable} and ${columns?.variable ?? ""} was tested${each} by Pearson's χ²${isCorrected ? " with Yates' correction" : ""}.`,
          ]),
      ...(columns !== null && tested.length < tables.length
        ? [`χ² is not given for ${tables.length - tested.length} of ${tables.length} tables.`]
        : []),
      ...(bounded.length === 0
        ? []
        : [
            `Some counts are known between bounds only, and so is χ²: it decides alike at ${args.significance} for all that they can be.`,
          ]),
      ...(isFisher
        ? [`Fisher's exact test was made${each}, with the conditional estimate of the odds ratio.`]
        : []),
      ...(mantelHaenszel === null
        ? []
        : [
            `Over the levels of ${by?.variable ?? ""} independence was tested by the Cochran–Mantel–Haenszel test${mantelHaenszel.corrected ? " with continuity correction" : ""}.`,
          ]),
      ...levelWords(args),
    ].join(" "),
    references: [
      ...(tested.length === 0 ? [] : ["Pearson K (1900) Philosophical Magazine 50:157"]),
      ...(isCorrected ? ["Yates F (1934) J R Stat Soc Suppl 1:217"] : []),
      ...(isFisher ? ["Fisher RA (1935) J R Stat Soc 98:39"] : []),
      ...(mantelHaenszel === null ? [] : ["Mantel N, Haenszel W (1959) J Natl Cancer Inst 22:719"]),
    ],
  };
}
