import { unlinkSync } from "node:fs";
import { join } from "node:path";
import { memoryJournal } from "@konsil/core";
import { describe, expect, it } from "vitest";
import { fit, kinds, nodesOf, type Person, people, type Write } from "../../test/nodes.ts";
import { postgresIsInstalled } from "../../test/postgres-cluster.ts";

const changed = (): Person[] => [...people(2), { days: 1, died: 1, age: 99 }];

describe.each(Object.entries(kinds))("containers whose rows are in %s", (kind, write) => {
  it.skipIf(kind === "postgresql" && !postgresIsInstalled)(
    "fit a model of one set of rows, though a site's change between two rounds",
    async () => {
      const nodes = await nodesOf(write);
      const whole = memoryJournal();
      const before = await fit(nodes, { journal: whole });
      // Nothing had changed, as far as each new process could see.
      expect(before.report.warnings.join()).not.toMatch(/changed/);

      nodes.rounds = 0;
      nodes.before = async (round) => {
        if (round === 3) await write("leeds", changed());
      };
      const during = await fit(nodes);
      nodes.before = async () => undefined;
      expect(during.value).not.toEqual(before.value);
      expect(during.report.warnings).toContainEqual(
        expect.stringMatching(/^The rows at leeds changed between two rounds/),
      );

      // A journal that broke off before they changed, in its second round: the same as of the new rows alone.
      const answers = whole.entries.flatMap(({ entry }, i) => (entry === "delivery" ? [i] : []));
      const broken = memoryJournal(whole.entries.slice(0, answers[4]));
      const resumed = await fit(nodes, { journal: broken });
      expect(resumed.value).toEqual(during.value);
      const anew = await fit(nodes);
      expect(anew.value).toEqual(during.value);
    },
    60_000,
  );
});

describe("a container whose policy changes between two rounds", () => {
  it("makes the analysis begin anew", async () => {
    const nodes = await nodesOf(kinds["csv"] as Write);
    nodes.before = async (round) => {
      if (round === 3)
        nodes.settings.set(
          "tartu",
          '{"policy":"open","reason":"rows that a test made, and anyone may have"}',
        );
    };
    const { report } = await fit(nodes);
    expect(report.warnings).toContainEqual(
      expect.stringMatching(/^The policy of tartu changed between two rounds/),
    );
  });
});

describe("a node that lost the secret of its fingerprints", () => {
  it("cannot tell whether rows changed, so the analysis begins anew", async () => {
    const nodes = await nodesOf(kinds["csv"] as Write);
    nodes.before = async (round) => {
      if (round === 3) unlinkSync(join(nodes.memoryOf("oslo"), "secret"));
    };
    const { report } = await fit(nodes);
    expect(report.warnings).toContainEqual(
      expect.stringMatching(/^The rows at oslo and its policy changed, or it was set up anew,/),
    );
  });
});
