import { Socket } from "node:net";

// Loaded before a study that is a script: it is told to end when the command that runs it has ended, however that did.
const pipe = Number(process.env["KONSIL_PARENT_PIPE"]);
// What the script itself starts has no such pipe.
delete process.env["KONSIL_PARENT_PIPE"];
if (pipe > 0) {
  new Socket({ fd: pipe })
    .on("error", () => undefined)
    .on("close", () => process.kill(process.pid, "SIGTERM"))
    .resume()
    .unref();
}
