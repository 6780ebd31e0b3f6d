import { localFederation } from "@konsil/sdk";
import { describe, expect, it } from "vitest";
import { breastCancer } from "./index.ts";

describe("the breast cancer example", () => {
  it("describes its eleven sites and what disagrees between them", async () => {
    const federation = await localFederation(breastCancer);
    const description = await federation.describe();
    expect(description.sites).toHaveLength(11);
    const grade = description.columns.find(({ name }) => name === "grade");
    expect(grade?.sites["oslo"]).toEqual({
      type: "numeric",
      missing: 0,
      present: 366,
      levels: [],
      withheld: false,
    });
    const menopause = description.columns.find(({ name }) => name === "menopause");
    expect(menopause?.sites["prague"]).toEqual({
      type: "category",
      missing: 0,
      present: 295,
      levels: ["post", "pre"],
      withheld: false,
    });
    expect(description.toText()).toContain("menopause");
  });
});
