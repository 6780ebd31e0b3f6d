export type { SiteMemory } from "./asked.ts";
export { siteColumn } from "./columns.ts";
export type {
  Answer,
  ColumnNote,
  ColumnsAnswer,
  Identity,
  PolicyNote,
  Refusal,
  ReleaseNote,
  Reply,
  Request,
  RowsNote,
} from "./message.ts";
export { readReply, readRequest, releaseNote, rowsNote, writeMessage } from "./message.ts";
export type { Site, SiteOptions } from "./site.ts";
export { createSite } from "./site.ts";
