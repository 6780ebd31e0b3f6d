import { exactnessPhrase, type Methods } from "@konsil/core";
import type { z } from "zod";
import { levelWords, numberWords, percentWords } from "../../model/index.ts";
import type { kaplanMeierArguments } from "./arguments.ts";
import type { KaplanMeierValue } from "./kaplan-meier.central.ts";

const scales = { log: "log S", "log-log": "log(−log S)", plain: "S itself" } as const;

function limitWords({ confidenceLevel, confidenceType, exactness }: KaplanMeierValue): readonly string[] {
  if (confidenceType === "none") return [];
  const limits = `${percentWords(confidenceLevel)} confidence limits were made on the scale of ${scales[confidenceType]} with Greenwood's variance`;
  return exactness === "exact"
    ? [`${limits}.`]
    : [
        `${limits}, and hold those that the exact times give, so that they are wider than chance alone makes them.`,
      ];
}

function exactnessWords({ exactness }: KaplanMeierValue): readonly string[] {
  if (exactness === "exact") return [];
  return [
    `Times were known ${exactnessPhrase(exactness)}: the curves are approximate, and bounds were computed between which the curve of the exact times lies.`,
  ];
}

const named = ({ label }: { readonly label: string }): string => (label === "" ? "all" : label);

export function kaplanMeierMethods(
  value: KaplanMeierValue,
  args: z.output<typeof kaplanMeierArguments>,
): Methods {
  const { groups, withheld } = value;
  const tau = groups.find(({ restrictedMean }) => restrictedMean !== null)?.restrictedMean?.tau;
  const partly = groups.flatMap((group) =>
    group.abstained === null
      ? []
      : [
          `The curve of ${named(group)} rests on ${group.abstained.of - group.abstained.sites.length} of ${group.abstained.of} sites, since the others had too few events or too few censored in it.`,
        ],
  );
  const isApproximate = value.exactness.startsWith("batches");
  const isDrawn = groups.length > 0;
  return {
    text: [
      `Survival was estimated by the Kaplan–Meier method (${value.formula})${isDrawn ? `, from ${value.n} people and ${numberWords(value.events)} ${args.weights === undefined ? "" : "weighted "}events` : ""}.`,
      ...(args.weights === undefined ? [] : [`People were weighted by ${args.weights}.`]),
      ...(isDrawn ? limitWords(value) : []),
      ...(isDrawn ? exactnessWords(value) : []),
      ...(tau === undefined ? [] : [`Restricted means go to time ${Number(tau.toPrecision(6))}.`]),
      ...levelWords(args),
      ...partly,
      ...(withheld.length === 0
        ? []
        : [`No curve is given of ${withheld.map(named).join(", ")}, of which too little was known.`]),
    ].join(" "),
    references: [
      "Kaplan EL, Meier P (1958) J Am Stat Assoc 53:457",
      ...(isDrawn && value.confidenceType !== "none"
        ? [
            "Greenwood M (1926) The natural duration of cancer",
            "Brookmeyer R, Crowley J (1982) Biometrics 38:29",
          ]
        : []),
      ...(isDrawn && isApproximate
        ? [
            "Turnbull BW (1976) J R Stat Soc B 38:290",
            "Silverman BW, Jones MC, Wilson JD, Nychka DW (1990) J R Stat Soc B 52:271",
          ]
        : []),
    ],
  };
}
