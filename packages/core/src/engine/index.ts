export type { Analysis } from "./analysis.ts";
export type { EndedTask, TaskAnswer } from "./attach.ts";
export { attachTask } from "./attach.ts";
export type { CentralRequest } from "./central-message.ts";
export { readCentralRequest } from "./central-message.ts";
export type { CentralPlace } from "./central-part.ts";
export { answerCentral } from "./central-part.ts";
export type { AnalysisRequest, Outcome } from "./engine.ts";
export { startAnalysis } from "./engine.ts";
export type { AnalysisEvent } from "./events.ts";
export { withoutInWords } from "./events.ts";
export type { Failure } from "./failures.ts";
export { inWords } from "./failures.ts";
export type { Change } from "./fingerprints.ts";
export type { Journal, JournalEntry, LostSite } from "./journal.ts";
export { memoryJournal } from "./journal.ts";
export type { AttachOptions, RunOptions } from "./options.ts";
export { forTimer } from "./options.ts";
export type { ReleaseReport, Report, RoundReport, SiteReport, SiteState } from "./report.ts";
export { notGuarded, version } from "./report.ts";
export type {
  Delivery,
  FirstKey,
  NoteSending,
  PreflightNews,
  Round,
  SiteNews,
  Transport,
  Undelivered,
  Underway,
} from "./transport.ts";
