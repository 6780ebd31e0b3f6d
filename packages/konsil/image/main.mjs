import { coxph, crosstab, glm, kaplanMeier, logRank, summary, tableOne } from "@konsil/algorithms";
import { serve } from "@konsil/site";

await serve({ algorithms: [summary, tableOne, crosstab, kaplanMeier, logRank, coxph, glm] });
