import { expect, it } from "vitest";
import { wasUnconnected } from "./problem.ts";

const lost = (code: string, syscall: string): Error => Object.assign(new Error(code), { code, syscall });

it("nothing was sent where no connection was made, which no code alone tells", () => {
  expect(wasUnconnected(lost("EHOSTUNREACH", "connect"))).toBe(true);
  expect(wasUnconnected(lost("ENOTFOUND", "getaddrinfo"))).toBe(true);
  for (const syscall of ["read", "write"]) expect(wasUnconnected(lost("EHOSTUNREACH", syscall))).toBe(false);
  expect(wasUnconnected(Object.assign(new Error("x"), { code: "ECONNREFUSED" }))).toBe(false);
  expect(wasUnconnected(undefined)).toBe(false);
});

it("of several addresses of a name, no one may have been connected with", () => {
  const refused = lost("ECONNREFUSED", "connect");
  expect(wasUnconnected(new AggregateError([refused, lost("ENETUNREACH", "connect")]))).toBe(true);
  expect(wasUnconnected(new AggregateError([refused, lost("EHOSTUNREACH", "read")]))).toBe(false);
});
