import { readFileSync } from "node:fs";

/** An answer of a real server. */
export interface Golden {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export const goldens: Readonly<Record<string, Golden>> = JSON.parse(
  readFileSync(new URL("../../goldens/vantage6/answers.json", import.meta.url), "utf8"),
) as Record<string, Golden>;

export function golden(name: string): Golden {
  const found = goldens[name];
  if (found === undefined) throw new Error(`There is no recorded answer "${name}".`);
  return found;
}
