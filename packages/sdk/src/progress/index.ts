export { terminalProgress } from "./terminal-progress.ts";
