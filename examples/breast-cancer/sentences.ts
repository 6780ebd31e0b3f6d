// Numbers as sentences write them.
import { formatNumber, formatP } from "konsil";

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
