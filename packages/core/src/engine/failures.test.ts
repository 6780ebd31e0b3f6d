import { expect, it } from "vitest";
import { type Failure, failureError } from "./failures.ts";

const said = (message: string, names: readonly string[], total: number): string =>
  failureError(
    names.map((site): Failure => ({ site, state: "failed", code: "SITE_FAILED", message })),
    total,
  ).message.replace(/ {2}\[SITE_FAILED\]$/, "");

const abc = ["oslo", "leeds", "tartu"];

it.each([
  ["{site} abstains: too few rows.", ["oslo"], "oslo abstains: too few rows."],
  ["{site} abstains: too few rows.", ["oslo", "leeds"], "oslo and leeds abstain: too few rows."],
  ["{site} abstains: too few rows.", abc, "All 3 sites abstain: too few rows."],
  ["{site} does not release it.", abc, "None of the 3 sites releases it."],
  ["{site} does not have it.", abc, "None of the 3 sites has it."],
  ["{site} does not release it.", ["oslo", "leeds"], "oslo and leeds do not release it."],
  ["{site} does not release it.", ["oslo"], "oslo does not release it."],
  ["{site} has no database.", abc, "All 3 sites have no database."],
  ["{site} is offline.", ["oslo", "leeds"], "oslo and leeds are offline."],
  ["They are single people's. {site} rounds them.", abc, "They are single people's. All 3 sites round them."],
  ["One is one. {site} does not do it.", abc, "One is one. None of the 3 sites does it."],
  ["{site} was not asked.", ["oslo", "leeds"], "oslo and leeds were not asked."],
  ["{site} failed while computing.", abc, "All 3 sites failed while computing."],
  [
    'Column "y" is not at {site}. Columns there: x.',
    abc,
    'Column "y" is not at any of the 3 sites. Columns there: x.',
  ],
  ['Column "y" at {site} is a category.', abc, 'Column "y" at each of the 3 sites is a category.'],
  ["The policy of {site} does not permit it.", abc, "The policy of each of the 3 sites does not permit it."],
  ["no name.", ["oslo", "leeds"], "oslo and leeds: no name."],
])("%s of %j", (message, names, words) => {
  expect(said(message, names, 3)).toBe(words);
});
