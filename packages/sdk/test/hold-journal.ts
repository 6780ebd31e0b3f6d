import { fileJournal } from "../src/journal/index.ts";

// A process that has a journal until its input ends, or it is killed. Its first line says whether it got it.
try {
  const unlock = await fileJournal(process.argv[2] ?? "").lock?.();
  process.stdout.write("locked\n");
  for await (const _ of process.stdin);
  await unlock?.();
} catch (error) {
  process.stdout.write(`${String(error)}\n`);
}
