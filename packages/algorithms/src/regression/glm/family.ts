import { ArgumentError, listing } from "@konsil/core";
import { z } from "zod";

export type GlmFamily = "gaussian" | "binomial" | "poisson";

export type GlmLink = "identity" | "logit" | "log" | "sqrt";

/** The links of each family; the first is the canonical one and the default. */
export const links: Readonly<Record<GlmFamily, readonly [GlmLink, ...GlmLink[]]>> = {
  gaussian: ["identity"],
  binomial: ["logit", "log"],
  poisson: ["log", "identity", "sqrt"],
};

/** Families by the names of their models, as advice goes on from "must be". */
const familiesElsewhere: Readonly<Record<string, string>> = {
  logistic: '"binomial" for logistic regression',
  logit: '"binomial" for logistic regression',
  linear: '"gaussian" for linear regression',
  normal: '"gaussian" for linear regression',
};

export const glmFamily = z.enum(["gaussian", "binomial", "poisson"], {
  error: ({ input }) =>
    typeof input === "string" && Object.hasOwn(familiesElsewhere, input)
      ? `must be ${familiesElsewhere[input]}`
      : undefined,
});

/** @throws ArgumentError ARGUMENT_INVALID when the family does not have the link */
export function linkOf(family: GlmFamily, link: GlmLink | undefined): GlmLink {
  const own = links[family];
  if (link === undefined) return own[0];
  if (!own.includes(link))
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      `The family "${family}" does not have the link "${link}" here. Links: ${listing(own)}.`,
    );
  return link;
}

/** Whether exp(coefficient) is a ratio: of odds, risks or rates. */
export function ratioName(family: GlmFamily, link: GlmLink): string | null {
  if (link === "logit") return "Odds ratio";
  if (link === "log") return family === "binomial" ? "Risk ratio" : "Rate ratio";
  return null;
}
