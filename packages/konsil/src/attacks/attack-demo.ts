import { attacks, stillWorking } from "./attacks.ts";
import { carryOut, type Outcome } from "./carry-out.ts";
import { attackPage, attackRecord, attackTable, workingTable } from "./page.ts";

export interface AttackDemoOptions {
  readonly quiet: boolean;
  readonly json: boolean;
  readonly write: (text: string) => void;
}

const succeeds = ({ guarded }: Outcome): boolean => guarded.some(({ succeeded }) => succeeded);

/** Carries all attacks out, and says what came of them. True when no attack that is said to fail succeeded. */
export async function attackDemo({ quiet, json, write }: AttackDemoOptions): Promise<boolean> {
  const say = (text: string): void => {
    if (!quiet && !json) write(text);
  };
  say(
    "Eleven sites with 3,668 patients of R's public data are attacked by a researcher, who may send any\nrequest: without a guard, and under a hospital's default policy.\n",
  );
  let number = 0;
  const carriedOut = async (list: typeof attacks): Promise<readonly Outcome[]> => {
    const outcomes: Outcome[] = [];
    for (const attack of list) {
      const outcome = await carryOut(attack);
      outcomes.push(outcome);
      say(attackPage(outcome, ++number));
    }
    return outcomes;
  };
  const failing = await carriedOut(attacks);
  say("\nWhat still works, until there is a rule for it:\n");
  const working = await carriedOut(stillWorking);
  const broken = failing.filter(succeeds);
  if (json)
    write(
      `${JSON.stringify({ attacks: failing.map(attackRecord), stillWorking: working.map(attackRecord) }, null, 2)}\n`,
    );
  else {
    say("\n");
    write(attackTable(failing));
    write(`\nStill works under the default policy:\n\n${workingTable(working)}`);
    if (broken.length > 0)
      write(`\nSucceeded, and should not have: ${broken.map(({ attack }) => attack.name).join("; ")}.\n`);
  }
  return broken.length === 0;
}
