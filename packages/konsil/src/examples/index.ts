import { fileURLToPath } from "node:url";
import type { LocalSite } from "@konsil/sdk";
import { sitesOf } from "@konsil/site";

const folder = fileURLToPath(new URL("../../data/breast-cancer/", import.meta.url));

/**
 * 3,668 patients with primary breast cancer at eleven sites, for `localFederation`. Public data of R's `survival`
 * package (`rotterdam` and `gbsg`); their allotment to cities is made up. Columns: days, event (recurrence or death), age,
 * menopause, size, grade, nodes, pgr, er, hormon. See data/breast-cancer/README.md in this package.
 */
export const breastCancer: readonly LocalSite[] = sitesOf(folder);
