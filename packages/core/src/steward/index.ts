export type { JournalLine } from "./journal-line.ts";
export { journalBeginning, journalLine, readJournalLines } from "./journal-line.ts";
