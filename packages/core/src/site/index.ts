export type { SiteMemory } from "./asked.ts";
export { findAlgorithm, requirePermitted } from "./asked-algorithm.ts";
export { siteColumn } from "./columns.ts";
export type { Fingerprint } from "./fingerprint.ts";
export type {
  Answer,
  ColumnNote,
  ColumnsAnswer,
  Identity,
  Noted,
  PolicyNote,
  Refusal,
  ReleaseNote,
  Reply,
  Request,
  RowsNote,
} from "./message.ts";
export {
  identitySchema,
  policyNoteSchema,
  readReply,
  readRequest,
  releaseNote,
  rowsNote,
  writeMessage,
} from "./message.ts";
export { namesNote } from "./names-note.ts";
export { policyNote } from "./policy-note.ts";
export type { QuestionWords } from "./question-words.ts";
export { questionInWords, shortenedText } from "./question-words.ts";
export type { Site, SiteOptions } from "./site.ts";
export { createSite } from "./site.ts";
export { requestedNames } from "./table.ts";
