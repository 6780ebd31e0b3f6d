/**
 * A number that is not negative as R's deparse prints it: in the shorter of both notations, with plain digits when they
 * are equally long (R's scipen = 0), so 100000 is 1e+05. R stops at 15 digits; a number that needs more keeps them here,
 * because the text of a formula has to be read back as the same formula.
 */
export function numberText(value: number): string {
  const fifteen = Number(value.toPrecision(15));
  const shortest = fifteen === value ? fifteen : value;
  const [mantissa = "0", power = "0"] = shortest.toExponential().split("e");
  const exponent = Number(power);
  const digits = mantissa.replace(".", "").length;
  const scientific = `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  // Digits before the point, and after it.
  const whole = exponent >= 0 ? exponent + 1 : 1;
  const fraction = Math.max(0, digits - 1 - exponent);
  const width = whole + (fraction > 0 ? fraction + 1 : 0);
  return width <= scientific.length ? plainText(mantissa.replace(".", ""), exponent) : scientific;
}

/** 0.digits × 10^(exponent + 1) in plain notation. */
function plainText(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const fraction = digits.slice(exponent + 1);
  return fraction === "" ? whole : `${whole}.${fraction}`;
}
