import { type AnyAlgorithm, coxph, crosstab, glm, kaplanMeier, logRank, summary, tableOne } from "konsil";
import { breastCancer } from "konsil/examples";
import { conformance } from "../../sdk/test/remote/conformance.ts";
import { smallKey } from "../../sdk/test/remote/fake-server/fake-world.ts";
import { openDirect } from "../../sdk/test/remote/openings.ts";

// One key for all is enough here.
const key = smallKey(0);
const open = breastCancer.slice(0, 4);
const hospitals = open.map((site) => ({ ...site, policy: undefined, reason: undefined }));
const keys = Array.from({ length: open.length + 1 }, () => key);

const cases = (
  [
    ["Kaplan–Meier", kaplanMeier, { formula: "Surv(days, event) ~ grade" }],
    ["log-rank", logRank, { formula: "Surv(days, event) ~ hormon + strata(site)" }],
    ["Cox", coxph, { formula: "Surv(days, event) ~ age + nodes + strata(site)" }],
    ["logistic regression", glm, { formula: "event ~ age + size", family: "binomial" }],
    ["table 1", tableOne, { columns: ["age", "size", "er"], by: "hormon" }],
    ["cross table", crosstab, { formula: "~ grade + hormon" }],
    ["summary", summary, { columns: ["age", "grade"] }],
    ["a formula that is wrong", coxph, { formula: "Surv(days, event) ~ aeg" }],
  ] as const
).map(([name, algorithm, args]) => ({
  name,
  algorithm: algorithm as AnyAlgorithm,
  arguments: args,
  options: { whenSiteFails: { continueWith: 3 } },
}));

conformance("remote, plain, of open data", openDirect("plain", []), open, cases);
conformance("remote, encrypted, of hospitals", openDirect("sealed", keys), hospitals, cases);
