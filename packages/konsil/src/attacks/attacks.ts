import { stepByCentre, stepInDerived, stepInFormula } from "./absorbed-steps.ts";
import { arithmeticInFormula } from "./arithmetic-in-formula.ts";
import type { Attack } from "./attack.ts";
import { batchesTogether } from "./batches-together.ts";
import { computedTimes } from "./computed-times.ts";
import { conditionOtherwise } from "./condition-otherwise.ts";
import { curveMargins } from "./curve-margins.ts";
import { eightEvaluations, oneEvaluation } from "./few-answers.ts";
import { fewEvaluations } from "./few-evaluations.ts";
import { fewMissing } from "./few-missing.ts";
import {
  polynomialByWeight,
  polynomialInBands,
  polynomialInOverlaps,
  squareOfSum,
  threeValues,
} from "./few-values.ts";
import { filtersOneYearApart, moreThanAgainstAtLeast } from "./filters-apart.ts";
import { gapsByDivision, oneMoreCovariate } from "./gaps.ts";
import { hostileRequests, inventedSites, looseningWish } from "./hostile.ts";
import { inclusionAndExclusion } from "./inclusion-exclusion.ts";
import { inversion } from "./inversion.ts";
import { lastBatch } from "./last-batch.ts";
import { lastDigits } from "./last-digits.ts";
import { oneLatticeStep } from "./lattice-step.ts";
import { levelsOfAge } from "./levels-of-age.ts";
import { logWeights } from "./log-weights.ts";
import { manyEvaluations, spelledOtherwise } from "./many-evaluations.ts";
import { margins } from "./margins.ts";
import { zeroCovariate } from "./narrow-band.ts";
import { oldestByCoefficient } from "./oldest-by-coefficient.ts";
import { oldestByLikelihood } from "./oldest-by-likelihood.ts";
import { oneAnswer } from "./one-answer.ts";
import { pairOfColumns } from "./pair-of-columns.ts";
import { rareLevel } from "./rare-level.ts";
import { refusalTells } from "./refusal-tells.ts";
import { anotherOrder, putTogether, threeVariables } from "./several-tables.ts";
import { shiftedGrid } from "./shifted-grid.ts";
import { saturatedModel, singlePersonRow } from "./single-person.ts";
import { movedSpotlight, spotlightColumn } from "./spotlight.ts";
import { spotlightInSummary } from "./spotlight-in-summary.ts";
import { steepSteps } from "./steep-steps.ts";
import { strataOfOne } from "./strata-of-one.ts";
import { weightOfZero } from "./weight-of-zero.ts";
import { userOffset, userWeights } from "./weights.ts";
import { wherePredictorsEnd } from "./where-predictors-end.ts";
import { whereRefusalsBegin } from "./where-refusals-begin.ts";

/** Attacks that fail under a hospital's default policy. */
export const attacks: readonly Attack[] = [
  oldestByCoefficient,
  oldestByLikelihood,
  userWeights,
  userOffset,
  weightOfZero,
  whereRefusalsBegin,
  manyEvaluations,
  spelledOtherwise,
  arithmeticInFormula,
  fewEvaluations,
  stepInFormula,
  stepInDerived,
  stepByCentre,
  lastDigits,
  polynomialInBands,
  polynomialByWeight,
  threeValues,
  squareOfSum,
  oneAnswer,
  logWeights,
  computedTimes,
  spotlightColumn,
  movedSpotlight,
  spotlightInSummary,
  singlePersonRow,
  saturatedModel,
  strataOfOne,
  rareLevel,
  levelsOfAge,
  filtersOneYearApart,
  moreThanAgainstAtLeast,
  conditionOtherwise,
  shiftedGrid,
  gapsByDivision,
  oneMoreCovariate,
  fewMissing,
  margins,
  inversion,
  anotherOrder,
  looseningWish,
  ...hostileRequests,
];

/** Attacks that still succeed under a hospital's default policy. */
export const stillWorking: readonly Attack[] = [
  oneEvaluation,
  eightEvaluations,
  wherePredictorsEnd,
  zeroCovariate,
  inclusionAndExclusion,
  oneLatticeStep,
  polynomialInOverlaps,
  pairOfColumns,
  putTogether,
  threeVariables,
  curveMargins,
  batchesTogether,
  steepSteps,
  lastBatch,
  refusalTells,
  inventedSites,
];
