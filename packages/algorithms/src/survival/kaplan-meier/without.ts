import { listing, type WithheldBecause } from "@konsil/core";

/** A group of people, and the sites that tell nothing of it. */
interface Group {
  readonly label: string;
  readonly abstained: { readonly sites: readonly string[]; readonly of: number } | null;
}

interface Curves {
  readonly groups: readonly Group[];
  readonly withheld: readonly (Group & { readonly because: WithheldBecause })[];
}

const because: Readonly<Record<WithheldBecause, (sites: readonly string[]) => string>> = {
  organizations: () =>
    "fewer organizations than their policies want have people in it (minimumOrganizations)",
  abstentions: (sites) =>
    `more than a tenth of its people are at sites that abstain from it (minimumCell), ${listing(sites)}`,
  batches: () =>
    "its people make fewer than 10 batches for each of events and censored (eventTimes, minimumCell), too few for a curve",
};

const advice =
  "Make fewer and wider groups with recode() or cut(), widen the filter, or ask more sites: then enough people are in each.";

const curveOf = ({ label }: Group): string => (label === "" ? "The curve" : `The curve of ${label}`);

/** What a reader must know who sees curves: which are withheld, and which are those of some of the sites. */
export function withoutWords({ groups, withheld }: Curves): readonly string[] {
  const partly = groups.flatMap((group) => {
    if (group.abstained === null) return [];
    const { sites, of } = group.abstained;
    return [
      `${curveOf(group)} rests on ${of - sites.length} of ${of} sites: ${listing(sites)} abstained, with too few events or censored in it (minimumCell).`,
    ];
  });
  const reasons = withheld.map(
    (group) => `${curveOf(group)} is withheld: ${because[group.because](group.abstained?.sites ?? [])}.`,
  );
  if (withheld.length === 0) return partly;
  const all =
    groups.length > 0 ? [] : withheld.length === 1 ? [] : ["The curves of all groups are withheld."];
  return [...partly, ...all, ...reasons, advice];
}
