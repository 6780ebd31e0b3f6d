import type { Cell, CellFormat, Interval } from "@konsil/core";

/** What stands where there is no number. */
export const absent = "–";
const minus = "−";
// Groups of three by a narrow space, as ISO 80000-1 has it: a comma or a point is a decimal sign to half of Europe.
const groupSpace = "\u202f";
const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A number with so many significant digits; whole digits are never rounded away. */
export function formatNumber(value: number, significant = 3): string {
  if (!Number.isFinite(value)) return absent;
  if (value === 0) return "0";
  const exponent = exponentOf(value, significant);
  if (exponent >= 15 || exponent < -4) {
    return `${signed((value / 10 ** exponent).toFixed(significant - 1))}×10${raised(exponent)}`;
  }
  return formatDecimals(value, Math.max(0, significant - 1 - exponent));
}

/** A number with so many decimals. */
function formatDecimals(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return absent;
  const [whole = "", fraction] = Math.abs(value).toFixed(Math.min(decimals, 20)).split(".");
  const text = fraction === undefined ? grouped(whole) : `${grouped(whole)}.${fraction}`;
  return value < 0 && /[1-9]/.test(text) ? minus + text : text;
}

/** A number with the decimals that it has, but no more than so many. */
function formatTime(value: number, decimals = 3): string {
  return formatDecimals(value, decimals).replace(/(\.\d*[1-9])0+$|\.0+$/, "$1");
}

/** A count. What is not whole is shown as it is, not rounded. */
export function formatInteger(value: number): string {
  return Number.isInteger(value) ? formatDecimals(value, 0) : formatNumber(value, 6);
}

/** A p value: `<0.001`, three decimals below 0.1, two above, `>0.99` near one. */
export function formatP(p: number): string {
  if (!Number.isFinite(p)) return absent;
  if (p < 0.001) return "<0.001";
  if (p > 0.99) return ">0.99";
  return p.toFixed(p < 0.1 ? 3 : 2);
}

/** A fraction of one as a percentage. */
export function formatPercent(fraction: number, decimals = 1): string {
  return Number.isFinite(fraction) ? `${formatDecimals(fraction * 100, decimals)}%` : absent;
}

/** Seconds, to two digits or so; in minutes from a minute and a half on. */
export function formatDuration(seconds: number): string {
  if (seconds >= 90) return `${formatDecimals(seconds / 60, seconds < 600 ? 1 : 0)} min`;
  return `${formatDecimals(seconds, seconds < 1 ? 2 : seconds < 10 ? 1 : 0)} s`;
}

/**
 * An estimate with its interval at one precision: that of three significant digits of the estimate, but no more than
 * two decimals for estimates above 0.1, as journals print ratios.
 */
export function formatEstimate(estimate: number, lower: number | null, upper: number | null): string {
  const places = estimate === 0 ? 2 : Math.max(0, 2 - exponentOf(estimate, 3));
  const decimals = Math.abs(estimate) >= 0.095 ? Math.min(2, places) : places;
  const end = (value: number): string => {
    if (value === 0) return formatDecimals(0, decimals);
    // An end that is far off keeps its own digits: neither 0.00 nor 51.20 says what is known of it.
    const text = formatDecimals(value, Math.min(decimals, Math.max(0, 2 - exponentOf(value, 3))));
    return /[1-9]/.test(text) ? text : formatNumber(value, 2);
  };
  if (Math.abs(estimate) >= 1e7 || (estimate !== 0 && Math.abs(estimate) < 1e-4)) {
    return `${formatNumber(estimate)} (${range(lower, upper, (value) => formatNumber(value))})`;
  }
  return `${formatDecimals(estimate, decimals)} (${range(lower, upper, end)})`;
}

/** A cell as people read it. */
export function formatCell(cell: Cell | undefined, format?: CellFormat, digits?: number): string {
  if (cell === null || cell === undefined) return absent;
  if (typeof cell === "string") return cell;
  if (typeof cell === "boolean") return cell ? "yes" : "no";
  if (typeof cell === "number") return numberFormat(cell, format, digits)(cell);
  return formatInterval(cell, format, digits);
}

/** Pads the ends of numbers so that their decimal points stand under each other when they are aligned at the end. */
export function alignDecimals(
  texts: readonly string[],
  padding: { readonly point: string; readonly digit: string },
): string[] {
  const decimals = texts.map((text) => /^[−<>]?[\d\u202f]+(?:\.(\d+))?$/.exec(text)?.[1]?.length ?? 0);
  const most = Math.max(0, ...decimals);
  return texts.map((text, i) => {
    const missing = most - (decimals[i] ?? 0);
    const point = missing > 0 && decimals[i] === 0 ? padding.point : "";
    return text + point + padding.digit.repeat(missing);
  });
}

function formatInterval({ lower, upper }: Interval, format?: CellFormat, digits?: number): string {
  if (lower === null && upper === null) return absent;
  const isPoint = lower === upper && format !== "interval" && format !== "time";
  if (isPoint && lower !== null) return formatCell(lower, format, digits);
  if (format === "percent" && lower !== null && upper !== null && lower >= 0) {
    return `${formatDecimals(lower * 100, digits ?? 1)}–${formatPercent(upper, digits)}`;
  }
  return range(lower, upper, (value) => numberFormat(value, format, digits)(value));
}

/** `1–4`; with a negative end `−1 to 4`, since a dash would be read as a sign; NE is an end that is not estimable. */
function range(lower: number | null, upper: number | null, write: (value: number) => string): string {
  const [low, high] = [lower, upper].map((end) =>
    end === null || !Number.isFinite(end) ? "NE" : write(end),
  );
  const dashed = (lower ?? 0) >= 0 && (upper ?? 0) >= 0;
  return dashed ? `${low}–${high}` : `${low} to ${high}`;
}

function numberFormat(value: number, format?: CellFormat, digits?: number): (value: number) => string {
  if (format === "integer" || (format === undefined && Number.isInteger(value))) return formatInteger;
  if (format === "p") return formatP;
  if (format === "percent") return (fraction) => formatPercent(fraction, digits);
  if (format === "time") return (time) => formatTime(time, digits);
  return (number) => formatNumber(number, digits);
}

/** The power of ten of the first digit, after rounding: 9.996 is 10.0 in three digits. */
function exponentOf(value: number, significant: number): number {
  return Number(
    Math.abs(value)
      .toExponential(significant - 1)
      .split("e")[1],
  );
}

function signed(text: string): string {
  return text.replace("-", minus);
}

function grouped(digits: string): string {
  return digits.length < 5 ? digits : digits.replace(/\B(?=(?:\d{3})+$)/g, groupSpace);
}

function raised(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((digit) => superscripts[Number(digit)] ?? "").join("");
  return exponent < 0 ? `⁻${digits}` : digits;
}
