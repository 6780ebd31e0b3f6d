import type { Category, LevelPeople } from "@konsil/core";

/** The levels of a category here, with the people of each. */
export function levelPeople({ codes, levels }: Category): LevelPeople {
  const people = new Float64Array(levels.length);
  for (let i = 0; i < codes.length; i++) if ((codes[i] as number) >= 0) people[codes[i] as number]!++;
  return { levels, people };
}

/** Of a column that has no levels. */
export const noLevels: LevelPeople = { levels: [], people: [] };
