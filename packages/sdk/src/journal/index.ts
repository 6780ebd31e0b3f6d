export { fileJournal } from "./file-journal.ts";
export { localSecret } from "./journal-secret.ts";
