import { isKonsilError } from "@konsil/core";
import { unreadable } from "../unreadable.ts";

/** What to do, by the code of PostgreSQL's error (SQLSTATE), or of the network's. */
const advice: Readonly<Record<string, string>> = {
  "28P01": "Its server refuses the user or the password.",
  "28000": "Its server refuses the user, or wants another way to log in (pg_hba.conf, TLS).",
  "3D000": "Its server has no database of the name that its configuration gives.",
  "42501": "Its user may not read the table. Grant SELECT on it, and USAGE on its schema.",
  "53300": "Its server has no connection left. Try again later.",
  "57014": "Its server took too long. Read fewer columns, or configure a longer timeout.",
  "57P01": "Its server was stopped. Try again later.",
  "57P03": "Its server is starting. Try again later.",
  "25006": "What it reads writes to the database. Give a table, or a query that only reads.",
  ECONNREFUSED: "No PostgreSQL answers at its address. Check the address, and that the server runs.",
  ENOTFOUND: "The name of its server is not known here. Check the address.",
  EAI_AGAIN: "The name of its server is not known here. Check the address.",
  ENOENT:
    "A file or socket that its configuration names is not there: check password file, certificates, address.",
  EACCES: "A file or socket that its configuration names may not be read by this process.",
  ERR_INVALID_URL: "Its address is not one of a PostgreSQL: postgresql://user@host:5432/database.",
};

const general =
  "Check that its PostgreSQL can be reached from here, and the address, user, password and TLS of its configuration.";

const certificate = /^(ERR_TLS_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)/;

function adviceFor(thrown: unknown): string {
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  if (certificate.test(code))
    return "The certificate of its server is not valid for its name and for an authority that is known here (sslrootcert).";
  return advice[code] ?? general;
}

/** Any error of the driver as one of Konsil. What the driver says stays in `cause`: it quotes users, hosts and rows. */
export function failureOf(thrown: unknown, label: string): Error {
  return isKonsilError(thrown) ? thrown : unreadable(label, adviceFor(thrown), thrown);
}
