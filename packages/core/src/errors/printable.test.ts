import { expect, it } from "vitest";
import { EncryptionError, ServerError } from "./konsil-error.ts";
import { printable } from "./printable.ts";

it("shows what rewrites a terminal, or is not seen, as something that is", () => {
  expect(printable("a\u001b[2Jb\u009b1A\u202ec\u0007\r")).toBe("a\ufffd[2Jb\ufffd1A\ufffdc\ufffd\ufffd");
  expect(printable("a\tb\nc é 🧪 \u200d")).toBe("a\tb\nc é 🧪 \u200d");
});

it("no error has in its message, or in its trace, what paints over another line", () => {
  for (const error of [
    new EncryptionError("KEY_CHANGED", "The key of oslo\u001b[9A\u001b[J changed."),
    new ServerError("SERVER_VERSION", "The server is vantage6 9\u001b]0;x\u0007."),
  ]) {
    const told = `${error.message} ${error.stack}`;
    expect(told).toContain("\ufffd");
    expect(told.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  }
});
