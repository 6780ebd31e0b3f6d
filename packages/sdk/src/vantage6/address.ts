import { isIPv4 } from "node:net";
import { networkInterfaces } from "node:os";
import { ArgumentError } from "@konsil/core";

/** Whether what is sent to a host stays on this machine. */
export function isThisMachine(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "").toLowerCase();
  if (host === "localhost" || host === "::1") return true;
  if (isIPv4(host) && host.startsWith("127.")) return true;
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address }) => address.toLowerCase() === host),
  );
}

/**
 * Reads the address of a server, and gives it without a slash at its end. What is sent to it, a password to begin
 * with, is not sent in clear to another machine unless that is asked for.
 * @throws ArgumentError ARGUMENT_INVALID, ADDRESS_INSECURE
 */
export function readAddress(text: string, allowInsecure: boolean): string {
  const url = typeof text === "string" && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:"))
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      'The address of a server must be written like "https://v6.example.org/api".',
    );
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    throw new ArgumentError(
      "ARGUMENT_INVALID",
      `The address of a server has no password, "?" or "#" in it. Write it like "${url.origin}${url.pathname}", and give username and password beside it.`,
    );
  if (url.protocol === "http:" && !allowInsecure && !isThisMachine(url.hostname))
    throw new ArgumentError(
      "ADDRESS_INSECURE",
      `What is sent to ${url.origin} is not encrypted: whoever is on the way could read your password. Nothing was sent. Use "https://${url.host}${url.pathname}", or, on a network that you trust, { allowInsecure: true }.`,
    );
  return url.origin + url.pathname.replace(/\/+$/, "");
}

/** Where a server may be whose address somebody wrote with or without "/api", likeliest first. */
export function candidates(base: string): readonly string[] {
  if (new URL(base).pathname.length > 1) return base.endsWith("/api") ? [base] : [base, `${base}/api`];
  return [`${base}/api`, base];
}
