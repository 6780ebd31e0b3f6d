/** Binary digits of a sum that leave, beside the size of what was added, of 53 that a number has: 15 decimal ones. */
const kept = 50;

/**
 * A sum as far as its terms determine it, `size` being the sum of their sizes. What is below is how each term was rounded:
 * a function of people's values that changes with every factor and centre, so that enough such sums would be as many
 * equations about who has which value. Whole numbers stay as they are.
 */
export function keptDigits(sum: number, size: number): number {
  const grain = 2 ** (Math.ceil(Math.log2(size)) - kept);
  if (!(grain > 0) || !Number.isFinite(grain)) return sum;
  // Near zero, −0 is no other sum than 0.
  return Math.round(sum / grain) * grain + 0;
}
