import { arithmetic, cut } from "@konsil/core";
import type { Attack } from "./attack.ts";
import { tableOf } from "./questions.ts";

const grid = 3650;

/** A grid that is moved day by day over the longest follow-up. */
export const shiftedGrid: Attack = {
  name: "a grid of times, shifted by a derived column",
  wants: "the exact day up to which the patient with the longest follow-up was seen",
  knows: "that days may be cut at ten years",
  shown: "tartu",
  without: "open",
  rule: "no arithmetic inside cut() (lattices, resolution)",
  async run(target) {
    const levels = ["before", "after"];
    const isSomeoneAfter = async (shift: number): Promise<boolean | undefined> => {
      const moved = cut(arithmetic("days", "-", shift), [grid], { labels: levels });
      const answer = await target.ask(
        `Patients before and after day ${grid} of days − (${shift})`,
        tableOf({ period: levels }, { derive: { period: moved } }),
      );
      if (answer === undefined) return undefined;
      const { upper } = answer.output["cells"] as { readonly upper: readonly number[] };
      return (upper[1] as number) > 0;
    };
    let [least, most] = [-grid, grid];
    while (least < most) {
      const middle = Math.ceil((least + most) / 2);
      const isAfter = await isSomeoneAfter(middle);
      if (isAfter === undefined) return undefined;
      if (isAfter) least = middle;
      else most = middle - 1;
    }
    target.think(`Shifted by ${least} days somebody is beyond the cut, and by ${least + 1} nobody is.`);
    return {
      what: "days of the longest follow-up",
      found: grid + least,
      truth: Math.max(...target.people.map(({ days }) => days as number)),
    };
  },
};
