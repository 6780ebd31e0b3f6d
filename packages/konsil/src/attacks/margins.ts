import { bounds, category, cut, type Masked, mask } from "@konsil/core";
import type { Attack } from "./attack.ts";
import { tableOf } from "./questions.ts";
import type { Person, Target } from "./target.ts";

const ages = ["<40", "40–<50", "50–<60", "60–<70", "≥70"];
const sizes = ["<=20", "20-50", ">50"];
const data = {
  columns: { age: { type: "numeric" }, size: category(sizes) },
  derive: { group: cut("age", [40, 50, 60, 70]) },
} as const;

interface Interval {
  readonly lower: number;
  readonly upper: number;
}

export const margins: Attack = {
  name: "margins against masked cells",
  wants: "a number that is masked in a table of age by tumour size",
  knows: "that each variable alone may be asked as well",
  shown: "dublin",
  // Without the rule small cells are still masked, by the attack itself: as software does that only masks.
  without: "open",
  rule: "secondary suppression (minimumCell)",
  async run(target) {
    const cells = await cellsOf(target, "Age group by tumour size", { group: ages, size: sizes });
    const byAge = await cellsOf(target, "The same people by age group", { group: ages });
    const bySize = await cellsOf(target, "And by tumour size", { size: sizes });
    if (cells === undefined || byAge === undefined || bySize === undefined) return undefined;
    const told = tightened(cells, byAge, bySize);
    const solved = told.findIndex(({ lower, upper }, i) => {
      const before = cells[i] as Interval;
      return before.lower < before.upper && lower === upper;
    });
    if (solved < 0) {
      target.think("Whatever is subtracted from the margins, every masked cell can be several numbers.");
      return undefined;
    }
    const [age, size] = [Math.floor(solved / sizes.length), solved % sizes.length];
    target.think("A margin less the other cells of its row or column leaves one number for a masked cell.");
    return {
      what: `patients of age ${ages[age]} with a tumour of ${sizes[size]} mm`,
      found: told[solved]?.lower,
      truth: target.people.filter((person) => groupOf(person) === age && person["size"] === sizes[size])
        .length,
    };
  },
};

async function cellsOf(
  target: Target,
  asked: string,
  variables: Readonly<Record<string, readonly string[]>>,
): Promise<readonly Interval[] | undefined> {
  const answer = await target.ask(asked, tableOf(variables, data));
  if (answer === undefined) return undefined;
  const { lower, upper } = answer.output["cells"] as {
    readonly lower: readonly number[];
    readonly upper: readonly number[];
  };
  const length = Object.values(variables).reduce((product, levels) => product * levels.length, 1);
  return lower.slice(0, length).map((low, i) => {
    const high = upper[i] as number;
    const count: Masked = low === high ? low : { lower: low, upper: high };
    return bounds(answer.policy.open && typeof count === "number" ? mask(count, 5) : count);
  });
}

/** What rows, columns and cells say of one another, until nothing more follows. */
function tightened(
  cells: readonly Interval[],
  rows: readonly Interval[],
  columns: readonly Interval[],
): readonly Interval[] {
  const told = cells.map((cell) => ({ ...cell }));
  const lines = [
    ...rows.map((total, r) => ({ total, line: columns.map((_, c) => r * columns.length + c) })),
    ...columns.map((total, c) => ({ total, line: rows.map((_, r) => r * columns.length + c) })),
  ];
  for (let changed = true; changed; ) {
    changed = false;
    for (const { total, line } of lines) {
      for (const at of line) {
        const cell = told[at] as { lower: number; upper: number };
        let [least, most] = [0, 0];
        for (const other of line) {
          if (other === at) continue;
          least += told[other]?.lower ?? 0;
          most += told[other]?.upper ?? 0;
        }
        const [lower, upper] = [
          Math.max(cell.lower, total.lower - most),
          Math.min(cell.upper, total.upper - least),
        ];
        if (lower > cell.lower || upper < cell.upper) changed = true;
        cell.lower = lower;
        cell.upper = upper;
      }
    }
  }
  return told;
}

function groupOf({ age }: Person): number {
  return [40, 50, 60, 70].filter((point) => (age as number) >= point).length;
}
