import { parsePublicKey } from "../src/crypto/index.ts";
import { fileJournal, fileKnownKeys } from "../src/index.ts";

// A process whose files may not grow beyond a limit, as on a disk that is nearly full. Says what became of one write.
const [, , what, path = "", key = ""] = process.argv;
const place = { server: "https://v6.example.org/api", organization: 2, name: "north" };
try {
  if (what === "journal") {
    const journal = fileJournal(path);
    const unlock = await journal.lock?.();
    const sending = { entry: "sending", round: "r".repeat(100), at: new Date().toISOString() } as const;
    await journal.append(sending).finally(unlock);
  } else await fileKnownKeys(path).check(place, parsePublicKey(key));
  process.stdout.write("written");
} catch (error) {
  process.stdout.write(String(error));
}
