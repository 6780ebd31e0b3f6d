export type { Condition, ExplainedField, ExplainedStep, Explanation } from "./explain.ts";
export { explain } from "./explain.ts";
export type { JournalLine } from "./journal-line.ts";
export { journalBeginning, journalLine, readJournalLines } from "./journal-line.ts";
export type { SettingDifference, SettingWords } from "./settings.ts";
export { policyDifferences, settingsInWords } from "./settings.ts";
export { statisticInWords } from "./statistic-words.ts";
export type { Told } from "./wire-words.ts";
export { toldBy } from "./wire-words.ts";
