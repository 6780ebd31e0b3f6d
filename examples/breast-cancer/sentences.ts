// Numbers as sentences write them.
import { formatInteger, formatNumber, formatP } from "konsil";
import type { Agreement } from "./agreement.ts";

/** "p<0.001" or "p=0.03". */
export function pText(p: number | null): string {
  if (p === null) return "p not estimable";
  const text = formatP(p);
  return /^[<>]/.test(text) ? `p${text}` : `p=${text}`;
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
