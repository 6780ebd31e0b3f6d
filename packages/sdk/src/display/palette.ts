// Okabe & Ito (2008), "Color universal design", in an order that keeps neighbours apart for every kind of colour
// vision, without yellow and black: each of these can be seen on white and on near black.
const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"] as const;
// For areas, neighbours also differ in lightness, so that they differ when printed in grey.
const areas = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9"] as const;
const dashes = ["", "7 3", "2 2.5", "9 3 2 3", "12 4", "5 2 1.5 2 1.5 2"] as const;

/** The colour of a line; with its dash pattern, none repeats before 36. */
export function lineColour(index: number): string {
  return colours[index % colours.length] ?? colours[0];
}

/** The dash pattern of a line, which tells lines apart without colour; none for the first. */
export function lineDash(index: number): string | undefined {
  const turn = Math.floor(index / colours.length);
  return dashes[(index + turn) % dashes.length] || undefined;
}

/** The colour of an area. */
export function areaColour(index: number): string {
  return areas[index % areas.length] ?? areas[0];
}
