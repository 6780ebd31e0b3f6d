import { type Policy, parsePolicy, type Row, rowsSource } from "@konsil/core";
import { breastCancer } from "../examples/index.ts";
import type { Attack, Finding, Written } from "./attack.ts";
import { type Line, type Person, Target } from "./target.ts";

/** What came of an attack at one site. */
export interface Attempt {
  readonly site: string;
  readonly lines: readonly Line[];
  readonly finding: Finding | undefined;
  /** Whether what was found is true. */
  readonly succeeded: boolean;
  readonly codes: readonly string[];
}

/** An attack at all sites: without the guard, and under a hospital's default policy. */
export interface Outcome {
  readonly attack: Attack;
  /** Null where no setting takes the guard away. */
  readonly without: readonly Attempt[] | null;
  readonly guarded: readonly Attempt[];
}

const columns = ["days", "event", "age", "menopause", "size", "grade", "nodes", "pgr", "er", "hormon"];

let read: Promise<ReadonlyMap<string, readonly Person[]>> | undefined;

/** The patients of each site: public data. */
function everyone(): Promise<ReadonlyMap<string, readonly Person[]>> {
  read ??= readEveryone();
  return read;
}

async function readEveryone(): Promise<ReadonlyMap<string, readonly Person[]>> {
  const found = new Map<string, readonly Person[]>();
  for (const { name, databases } of breastCancer) {
    const source = databases?.["default"];
    if (source === undefined || !("read" in source)) continue;
    const frame = await source.read(columns);
    const people = Array.from({ length: frame.rows }, (_, i): Person => {
      const values = columns.map((key) => {
        const column = frame.columns.get(key);
        if (column === undefined) return [key, ""] as const;
        const value =
          column.type === "category" ? column.levels[column.codes[i] as number] : column.values[i];
        return [key, value ?? ""] as const;
      });
      return Object.fromEntries(values);
    });
    found.set(name, people);
  }
  return found;
}

function policyOf(written: Written): Policy {
  return written === "open"
    ? parsePolicy("open", "public data of R's survival package")
    : parsePolicy(written);
}

async function attempt(attack: Attack, site: string, written: Written): Promise<Attempt> {
  const all = await everyone();
  const { gap } = attack;
  const people = (all.get(site) ?? []).map((person, i) =>
    gap !== undefined && i === 0 ? { ...person, [gap]: null } : person,
  );
  const target = new Target({
    name: site,
    source: rowsSource(people as readonly Row[]),
    people,
    policy: policyOf(written),
    roster: [...all.keys()],
    algorithms: attack.algorithms ?? [],
  });
  const finding = await attack.run(target);
  return {
    site,
    lines: target.lines,
    finding,
    succeeded: finding !== undefined && isSame(finding.found, finding.truth),
    codes: [...new Set(target.codes)],
  };
}

/** Carries an attack out at every site, under a policy. */
export async function attemptEverywhere(attack: Attack, written: Written): Promise<readonly Attempt[]> {
  const attempts: Attempt[] = [];
  for (const site of (await everyone()).keys()) attempts.push(await attempt(attack, site, written));
  return attempts;
}

export async function carryOut(attack: Attack): Promise<Outcome> {
  return {
    attack,
    without: attack.without === null ? null : await attemptEverywhere(attack, attack.without),
    guarded: await attemptEverywhere(attack, {}),
  };
}

/** Numbers are the same but for rounding. */
function isSame(found: unknown, truth: unknown): boolean {
  if (typeof found === "number" && typeof truth === "number")
    return Math.abs(found - truth) <= 1e-6 * Math.max(1, Math.abs(truth));
  if (typeof found !== "object" || typeof truth !== "object" || found === null || truth === null)
    return found === truth;
  const [one, other] = [Object.entries(found), new Map(Object.entries(truth))];
  return one.length === other.size && one.every(([key, value]) => isSame(value, other.get(key)));
}
