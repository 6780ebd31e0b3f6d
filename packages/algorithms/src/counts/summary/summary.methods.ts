import type { Methods } from "@konsil/core";
import type { z } from "zod";
import { levelWords } from "../../model/index.ts";
import { isBetween, isNumber, type Summaries } from "../summarise.central.ts";
import { countText } from "../text.ts";
import type { summaryArguments } from "./arguments.ts";
import { roundedWords } from "./rounded-ranges.ts";
import type { SummaryValue } from "./summary.central.ts";

/** Which columns were averaged and which were counted, of how many people. */
export function summaryWords({ n, by, variables }: Summaries): string {
  const numbers = variables.filter(isNumber).map(({ variable }) => variable);
  const categories = variables.filter((one) => !isNumber(one)).map(({ variable }) => variable);
  const parts = [
    ...(numbers.length === 0 ? [] : [`by mean and standard deviation (${numbers.join(", ")})`]),
    ...(categories.length === 0 ? [] : [`by counts and percentages (${categories.join(", ")})`]),
  ];
  const groups = by === null ? "" : `, overall and by ${by.variable}`;
  const without = by === null ? "" : ` People without ${by.variable}, if any, were left out.`;
  const bounded = variables.filter(isBetween).map(({ variable }) => variable);
  const between =
    bounded.length === 0
      ? ""
      : ` Of ${bounded.join(", ")}, how many have a value, and what follows from it, is known between bounds only, since a few people lack one at some sites.`;
  return `Columns of ${countText(n)} people were summarised ${parts.join(" and ")}${groups}. Each column uses everybody who has a value of it.${between}${without}`;
}

/** The works on sums of squares about a mean, where there was one. */
export function summaryReferences({ variables }: Summaries): readonly string[] {
  return variables.some(isNumber) ? ["Chan TF, Golub GH, LeVeque RJ (1983) Am Stat 37:242"] : [];
}

export function summaryMethods(value: SummaryValue, args: z.output<typeof summaryArguments>): Methods {
  const rounded = roundedWords(value);
  return {
    text: [
      summaryWords(value),
      ...(rounded === ""
        ? []
        : [`Smallest and largest values were rounded outwards by the sites: ${rounded}.`]),
      ...levelWords(args),
    ].join(" "),
    references: summaryReferences(value),
  };
}
