import { describe, expect, it } from "vitest";
import { addMasked, mask } from "./masked.ts";
import { parsePolicy, permits, policyFromEnvironment, tighten } from "./policy.ts";

const invalid = (words: string) =>
  expect.objectContaining({ code: "POLICY_INVALID", message: expect.stringContaining(words) });

describe("a policy", () => {
  it("has a hospital's defaults", () => {
    expect(parsePolicy()).toEqual({
      minimumCell: 5,
      minimumRows: 10,
      minimumOrganizations: 3,
      maximumParameterShare: 0.33,
      maximumPooledParameterShare: 0.1,
      minimumEffectiveShare: 0.1,
      maximumEvaluations: 25,
      maximumColumnEvaluations: 150,
      maximumTransforms: 3,
      fewIncomplete: "abstain",
      rounding: 1,
      eventTimes: "batches",
      resolution: 30,
      lattices: {},
      columns: { allow: "all", deny: [] },
      algorithms: { allow: "all", deny: [] },
      plainCalls: "permit",
      reason: null,
      open: false,
    });
  });

  it.each([
    [{ minimumCel: 5 }, 'Did you mean "minimumCell"?'],
    [{ minimumCell: 1 }, '"minimumCell"'],
    [{ minimumCell: "5" }, '"minimumCell"'],
    [{ eventTimes: "exact" }, '"reason"'],
    [{ eventTimes: "exactly", reason: "public data of a package" }, '"eventTimes"'],
    [{ open: true }, 'no setting "open"'],
    ["closed", ""],
    [null, ""],
    [[], ""],
  ])("refuses %o", (written, words) => {
    expect(() => parsePolicy(written)).toThrow(invalid(words));
  });

  it("is open only with a reason", () => {
    expect(() => parsePolicy("open")).toThrow(invalid("reason"));
    expect(() => parsePolicy("open", "short")).toThrow(invalid("reason"));
    expect(() => parsePolicy({}, "a reason beside settings")).toThrow(invalid("reason"));
    expect(parsePolicy("open", "public data of a package")).toMatchObject({
      open: true,
      minimumCell: 1,
      eventTimes: "exact",
    });
  });

  it("is read from a site's environment, whole or setting by setting", () => {
    expect(policyFromEnvironment({ KONSIL_POLICY: '{"minimumCell": 10}' }).minimumCell).toBe(10);
    expect(policyFromEnvironment({ KONSIL_POLICY_MINIMUM_CELL: "10", OTHER: "1" }).minimumCell).toBe(10);
    expect(
      policyFromEnvironment({ KONSIL_POLICY: '{"policy": "open", "reason": "public data of a package"}' })
        .open,
    ).toBe(true);
    for (const policy of ["{}", '"open"'])
      expect(() =>
        policyFromEnvironment({ KONSIL_POLICY: `{"policy": ${policy}, "minimumCell": 10}` }),
      ).toThrow(/minimumCell.*POLICY_INVALID/s);
    expect(() => policyFromEnvironment({ KONSIL_POLICY: '{"minimumCell": 10, "minimumCell": 2}' })).toThrow(
      'has "minimumCell" twice',
    );
    expect(() => policyFromEnvironment({ KONSIL_POLICY_MINIMUM_CEL: "10" })).toThrow(
      invalid('"minimumCell"'),
    );
    expect(() => policyFromEnvironment({ KONSIL_POLICY: "{}", KONSIL_POLICY_MINIMUM_CELL: "10" })).toThrow(
      invalid("one of the two"),
    );
  });

  it("can only be tightened", () => {
    const policy = parsePolicy({ minimumCell: 8 });
    expect(tighten(policy, { minimumCell: 3, minimumRows: 50, eventTimes: "exact" })).toEqual({
      ...policy,
      minimumRows: 50,
    });
    const open = parsePolicy("open", "public data of a package");
    expect(tighten(open, { minimumCell: 5, eventTimes: "lattice" })).toMatchObject({
      minimumCell: 5,
      eventTimes: "lattice",
    });
  });

  it("permits by name or by name and version, less what it denies", () => {
    expect(permits({ allow: ["coxph@1"], deny: [] }, "coxph", 1)).toBe(true);
    expect(permits({ allow: ["coxph@1"], deny: [] }, "coxph", 2)).toBe(false);
    expect(permits({ allow: ["coxph"], deny: [] }, "coxph", 2)).toBe(true);
    expect(permits({ allow: "all", deny: ["name"] }, "name")).toBe(false);
  });
});

describe("masked counts", () => {
  it("add up to bounds that hold the truth", () => {
    expect([0, 1, 4, 5].map((count) => mask(count, 5))).toEqual([
      0,
      { lower: 1, upper: 4 },
      { lower: 1, upper: 4 },
      5,
    ]);
    expect(addMasked(7, { lower: 1, upper: 4 })).toEqual({ lower: 8, upper: 11 });
    expect(addMasked(7, 8)).toBe(15);
  });
});
