// What a run of the study leaves behind.
import type { Agreement } from "./agreement.ts";
import type { Analyses } from "./analyses.ts";
import type { HospitalRun } from "./hospital.ts";

export interface Run {
  readonly ranAt: string;
  readonly analyses: Analyses;
  readonly hospital: HospitalRun;
  readonly agreement: Agreement;
  /** Of the whole process, so far. */
  readonly peakMegabytes: number;
  readonly versions: {
    readonly konsil: string;
    readonly node: string;
    readonly R: string;
    readonly survival: string;
  };
}
