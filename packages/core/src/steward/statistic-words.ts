import { type AnyStatistic, innermost, type KindName } from "../statistics/index.ts";

const kindWords: Readonly<Record<Exclude<KindName, "perSite">, string>> = {
  count: "count of people",
  counts: "counts of people",
  maskedCounts: "counts of people, or intervals of them",
  moments: "counts of people and sums over them, or intervals of both",
  sums: "sums over people",
  weights: "weights behind the sums (judged, and not told)",
  comparedPeople: "people who are compared with others of their stratum (judged, and not told)",
  distribution: "times and how many people each has",
  levels: "names of levels",
  range: "smallest and largest value, or what they round to",
  flags: "yes or no",
};

/** A declared statistic in words: "sums over people by column, of each site by itself". */
export function statisticInWords(statistic: AnyStatistic): string {
  const { kind, dimensions } = innermost(statistic);
  const by = dimensions.length > 0 ? ` by ${dimensions.join(" and ")}` : "";
  const bySite = statistic.kind === "perSite" ? ", of each site by itself" : "";
  return `${kindWords[kind as Exclude<KindName, "perSite">]}${by}${bySite}`;
}
