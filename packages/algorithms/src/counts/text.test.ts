import fc from "fast-check";
import { expect, it } from "vitest";
import { dayText, meanText, shareText } from "./text.ts";

it("writes days as the calendar does", () => {
  fc.assert(
    fc.property(fc.integer({ min: -600_000, max: 2_900_000 }), (days) => {
      expect(dayText(days)).toBe(new Date(days * 86_400_000).toISOString().slice(0, 10));
    }),
    { seed: 20_260_401, numRuns: 1000 },
  );
});

it("writes means with the digits of their standard deviation", () => {
  expect(meanText(54.683, 12.495, "numeric")).toBe("54.7 (12.5)");
  expect(meanText(-0.0123, 0.5, "numeric")).toBe("−0.012 (0.500)");
  expect(meanText(1234.5, 2345.6, "numeric")).toBe("1235 (2346)");
  expect(meanText(3, null, "numeric")).toBe("3.00");
  expect(meanText(null, null, "numeric")).toBe("–");
  const [mean, deviation] = [
    { lower: 54.61, upper: 54.83 },
    { lower: 12.41, upper: 12.44 },
  ];
  expect(meanText(mean, deviation, "numeric")).toBe("54.6–54.8 (12.4)");
  expect(meanText({ lower: 19_782, upper: 19_784 }, null, "date")).toBe("2024-02-29–2024-03-02");
  expect(meanText(19_782, 2, "date")).toBe("2024-02-29 (2.00 d)");
});

it("writes counts and shares with their bounds", () => {
  expect(shareText(1502, 1502 / 3083)).toBe("1502 (48.7%)");
  expect(shareText({ lower: 1, upper: 4 }, { lower: 0.01, upper: 0.04 })).toBe("1–4 (1.0–4.0%)");
  expect(shareText(0, null)).toBe("0");
});
