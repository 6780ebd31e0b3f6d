import { crosstab, fileJournal } from "konsil";
import { image, researcher } from "./real.ts";

// A researcher's script, which a test kills in the middle.
const server = await researcher();
const federation = await server.federation({ collaboration: "public data", image });
await federation.run(
  crosstab,
  { formula: "~ grade" },
  {
    journal: fileJournal(process.argv[2] ?? ""),
    onProgress: (event) => {
      if (event.type === "round-started") process.stdout.write(`round ${event.round} started\n`);
    },
  },
);
process.stdout.write("done\n");
