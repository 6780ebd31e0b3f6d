// The same questions to the same sites, each with the policy that a hospital has by default.
import { type ErrorCode, type Federation, isKonsilError, type LocalSite, localFederation } from "konsil";
import { type AnswerTo, type Grade, type Questions, questions } from "./analyses.ts";

/** A typed no: the error of Konsil that ended an analysis. */
export interface Refusal {
  readonly error: string;
  readonly code: ErrorCode;
  readonly message: string;
}

/** What a question came to: a result, or a refusal. */
type Attempt<Result> =
  | { readonly result: Result; readonly refusal: null }
  | { readonly result: null; readonly refusal: Refusal };

export type Answer<Result> = Attempt<Result> & {
  /** With which column it was asked in the end. */
  readonly grade: Grade;
  /** Why it was refused with grade as it is, where it was asked again with grades 1 and 2 as one level. */
  readonly asAsked: Refusal | null;
  /** What the open policy answers to the question as it was asked again. */
  readonly exact: Result | null;
};

/** An analysis that is refused does not end the study. A defect does. */
async function attempt<Result>(ask: () => PromiseLike<Result>): Promise<Attempt<Result>> {
  try {
    return { result: await ask(), refusal: null };
  } catch (thrown) {
    if (!isKonsilError(thrown)) throw thrown;
    const { name, code, message } = thrown;
    return { result: null, refusal: { error: name, code, message: message.replace(`  [${code}]`, "") } };
  }
}

/** Asks everything that the open study asks; with grades 1 and 2 together where a level of grade is too rare. */
export async function runUnderHospitalPolicy(sites: readonly LocalSite[], open: Federation, quiet: boolean) {
  const began = performance.now();
  // Without a policy of its own a site has the default.
  const hospitals = await localFederation(
    sites.map((site) => ({ ...site, policy: undefined, reason: undefined })),
  );
  const beside = ", default policy";
  const asked = questions(hospitals, { quiet, beside });
  const together = questions(hospitals, {
    grade: "gradeGroup",
    quiet,
    beside: `${beside}, grades 1 and 2 together`,
  });
  const exactly = questions(open, { grade: "gradeGroup", quiet, beside: ", grades 1 and 2 together" });

  async function answer(name: keyof Questions): Promise<Answer<unknown>> {
    const first = await attempt<unknown>(asked[name]);
    if (first.refusal?.code !== "LEVEL_RARE") return { ...first, grade: "grade", asAsked: null, exact: null };
    const second = await attempt<unknown>(together[name]);
    const exact = second.refusal === null ? await exactly[name]() : null;
    return { ...second, grade: "gradeGroup", asAsked: first.refusal, exact };
  }

  const answers: Partial<Record<keyof Questions, Answer<unknown>>> = {};
  for (const name of Object.keys(asked) as (keyof Questions)[]) answers[name] = await answer(name);
  return {
    seconds: (performance.now() - began) / 1000,
    answers: answers as { readonly [Name in keyof Questions]: Answer<AnswerTo<Name>> },
  };
}

export type HospitalRun = Awaited<ReturnType<typeof runUnderHospitalPolicy>>;
