import { isKonsilError } from "@konsil/core";
import { reportFailure } from "./failure.ts";

// Loaded before a study that is a script: it ends with an error as a command does. Whatever else it throws is its own.
process.on("uncaughtExceptionMonitor", (error) => {
  if (isKonsilError(error)) process.exit(reportFailure(error));
});
