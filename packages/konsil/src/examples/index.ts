import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { LocalSite } from "@konsil/sdk";
import { csvSource } from "@konsil/site";

const folder = new URL("../../data/breast-cancer/", import.meta.url);

interface Written {
  readonly sites: readonly {
    readonly name: string;
    readonly databases: { readonly default: { readonly uri: string } };
    readonly policy: "open";
    readonly reason: string;
  }[];
}

const { sites } = JSON.parse(readFileSync(new URL("sites.json", folder), "utf8")) as Written;

/**
 * 3,668 patients with primary breast cancer at eleven sites, for `localFederation`. Public data of R's `survival`
 * package (`rotterdam` and `gbsg`); their allotment to cities is made up. Columns: days, event (recurrence or death),
 * age, menopause, size, grade, nodes, pgr, er, hormon. See data/breast-cancer/README.md in this package.
 */
export const breastCancer: readonly LocalSite[] = sites.map(({ name, databases, policy, reason }) => ({
  name,
  databases: {
    default: csvSource(fileURLToPath(new URL(databases.default.uri, folder)), { label: "default" }),
  },
  policy,
  reason,
}));
// In a notebook the types of these have the names that `konsil` gives them.
export type {} from "../index.ts";
