import { readFileSync } from "node:fs";
import { category, type LocalSite, number } from "@konsil/sdk";
import { breastCancer } from "konsil/examples";

/** The eleven sites of the breast cancer study: with the open policy, or with the policy of a hospital. */
export function hospitals(policy: "open" | "hospital"): readonly LocalSite[] {
  return policy === "open"
    ? breastCancer
    : breastCancer.map((site) => ({ ...site, policy: undefined, reason: undefined }));
}

/** Their columns, with the order of levels in which R made its answers. */
export const patients = {
  columns: {
    age: number("years"),
    nodes: number(),
    pgr: number(),
    er: number(),
    menopause: category(["pre", "post"]),
    size: category(["<=20", "20-50", ">50"]),
    grade: category(["1", "2", "3"]),
    hormon: category(["no", "yes"]),
  },
} as const;

/** R's answers, on all rows in one place. */
export function studyOfR(): unknown {
  return JSON.parse(
    readFileSync(new URL("../../../examples/breast-cancer/r/expected.json", import.meta.url), "utf8"),
  );
}
