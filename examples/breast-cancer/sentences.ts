// Numbers as sentences write them.
import { formatInteger, formatNumber, formatP } from "konsil";
import type { Agreement } from "./agreement.ts";

/** "p<0.001" or "p=0.03". */
export function pText(p: number | null): string {
  if (p === null) return "p not estimable";
  const text = formatP(p);
  return /^[<>]/.test(text) ? `p${text}` : `p=${text}`;
}

type Span = { readonly lower: number; readonly upper: number };

/** "12.84–22.20", or one number where both ends are written alike. */
export function spanText(lower: string, upper: string): string {
  return lower === upper ? lower : `${lower}–${upper}`;
}

/** χ² and its p, or what holds them where counts are intervals: "12.84–22.20, p<0.001". */
export function testText(
  test: { readonly statistic: number | Span | null; readonly p: number | Span | null } | null | undefined,
): string {
  const { statistic = null, p = null } = test ?? {};
  if (statistic === null || p === null) return "–";
  const [from, to] =
    typeof statistic === "number" ? [statistic, statistic] : [statistic.lower, statistic.upper];
  const [least, most] = typeof p === "number" ? [p, p] : [p.lower, p.upper];
  const probability =
    formatP(least) === formatP(most) ? pText(least) : `p ${formatP(least)}–${formatP(most)}`;
  return `${spanText(from.toFixed(2), to.toFixed(2))}, ${probability}`;
}

/** A relative difference: "4×10⁻¹³". */
export function differenceText(difference: number): string {
  return difference === 0 ? "0" : formatNumber(difference, 1);
}

/** That the study agrees with R, in one sentence. */
export function agreementInShort({ numbers, largest }: Agreement): string {
  return `R computed the same on all rows in one place: ${formatInteger(numbers)} numbers agree, the largest relative difference being ${differenceText(largest)}.`;
}

/** How far the study agrees with R, in two sentences. */
export function agreementText({ numbers, largest, where, at, largestBesidesP }: Agreement): string {
  const compared = `${formatInteger(numbers)} numbers were compared with R's.`;
  if (largest === largestBesidesP)
    return `${compared} The largest relative difference is ${differenceText(largest)} (${where}).`;
  const value = at === null ? "" : `, a p value of ${formatNumber(at, 1)}`;
  return `${compared} The largest relative difference is ${differenceText(largest)} (${where}${value}); apart from p values, which enlarge it, it is ${differenceText(largestBesidesP)}.`;
}
