/** Whether a text is the address of a PostgreSQL: `postgresql://user@host:5432/database`. */
export function isPostgresAddress(text: string): boolean {
  return /^postgres(ql)?:\/\/./.test(text);
}

/**
 * An address whose `sslmode` says what the driver does: with each of these words it checks the server's certificate and
 * its name, and warns that a later version will not.
 */
export function verifiedAddress(address: string): string {
  if (/[?&]uselibpqcompat=true(&|$)/.test(address)) return address;
  return address.replace(/([?&]sslmode=)(prefer|require|verify-ca)(?=&|$)/, "$1verify-full");
}
