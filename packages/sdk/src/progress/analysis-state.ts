import {
  type AnalysisEvent,
  counted,
  type FirstKey,
  type RoundsFigure,
  type View,
  withoutInWords,
} from "@konsil/core";
import { formatDuration } from "../display/index.ts";
import { roundLabel } from "../display/round-label.ts";

/** Seconds after which a round names the sites that have not answered. */
export const late = 2;

/** "The key of oslo is seen for the first time: 0618 4490 … Compare it by telephone." */
export function firstKeyInWords({ site, fingerprint }: FirstKey): string {
  return `The key of ${site} is seen for the first time: ${fingerprint}. Compare it by telephone.`;
}

/** "until 14:20:05 nothing is sent: the server did not say …" */
export function delayInWords({ why, until }: { readonly why: string; readonly until: string }): string {
  return `until ${new Date(until).toLocaleTimeString("en-GB")} nothing is sent: ${why}`;
}

interface RoundNow {
  readonly step: string;
  readonly task: string;
  readonly sites: readonly string[];
  /** Milliseconds of the clock. */
  readonly began: number;
  readonly replies: Map<
    string,
    { readonly state: "answered" | "abstained" | "refused" | "failed"; readonly seconds: number }
  >;
  /** Why a site does not work on it. */
  readonly waiting: Map<string, string>;
  ended: boolean;
  replayed: boolean;
}

type Ending =
  | { readonly type: "done"; readonly seconds: number }
  | { readonly type: "failed"; readonly code: string };

/** How far an analysis is, told by its events as they come. */
export class AnalysisState {
  readonly title: string;
  readonly #clock: () => number;
  readonly #rounds = new Map<number, RoundNow>();
  #sites: readonly string[] = [];
  #restart = "";
  /** Why nothing is sent, and until when. */
  #delay = "";
  #deadline: number | undefined;
  readonly #notes: string[] = [];
  #ending: Ending | undefined;
  /** Whether the cell that waited for it was interrupted. */
  interrupted = false;

  constructor(title: string, clock: () => number = () => performance.now()) {
    this.title = title;
    this.#clock = clock;
  }

  get ended(): boolean {
    return this.#ending !== undefined;
  }

  /** Tasks that sites may be working on. */
  get tasks(): readonly string[] {
    return this.#open().map(({ task }) => task);
  }

  /** Seconds that it has in all, once it has begun. */
  get deadline(): number | undefined {
    return this.#deadline;
  }

  /** What whoever watches is to compare. */
  get notes(): readonly string[] {
    return this.#notes;
  }

  take(event: AnalysisEvent): void {
    switch (event.type) {
      case "started":
        this.#sites = event.sites;
        this.#deadline = event.deadline;
        break;
      case "keys-first-seen":
        this.#notes.push(...event.keys.map(firstKeyInWords));
        break;
      case "round-waiting":
        this.#delay = delayInWords(event);
        break;
      case "round-started":
        this.#delay = "";
        this.#rounds.set(event.round, {
          step: event.step,
          task: event.task,
          sites: event.sites,
          began: this.#clock(),
          replies: new Map(),
          waiting: new Map(),
          ended: false,
          replayed: false,
        });
        break;
      case "site":
        this.#rounds
          .get(event.round)
          ?.replies.set(event.site, { state: event.state, seconds: this.#since(event.round) });
        break;
      case "site-waiting":
        this.#rounds.get(event.round)?.waiting.set(event.site, event.why);
        break;
      case "site-started":
        this.#rounds.get(event.round)?.waiting.delete(event.site);
        break;
      case "round-ended": {
        const round = this.#rounds.get(event.round);
        if (round !== undefined) Object.assign(round, { ended: true, replayed: event.replayed });
        break;
      }
      case "restarted":
        this.#restart = `from the first round again${withoutInWords(event.without)} (${event.why})`;
        for (const round of this.#rounds.values()) round.ended = true;
        break;
      case "done":
        this.#ending = { type: "done", seconds: event.seconds };
        break;
      case "failed":
        this.#ending = {
          type: "failed",
          code:
            "code" in event.error && typeof event.error.code === "string"
              ? event.error.code
              : event.error.name,
        };
        break;
      default:
    }
  }

  /** One line: the title, and what happens now. Sites are named only when they are late. */
  line(): string {
    return [this.title, ...this.#words()].join(" · ");
  }

  /** Who answered when, by site and round. */
  view(): View {
    const rounds = [...this.#rounds.values()];
    const figure: RoundsFigure = {
      kind: "rounds",
      title: "Rounds",
      sites: this.#sites,
      rounds: rounds.map(({ step }, i) => ({ label: roundLabel(i + 1, step) })),
      replies: this.#sites.map((site) =>
        rounds.map((round) => {
          const reply = round.replies.get(site);
          if (reply !== undefined) return reply;
          return round.ended || !round.sites.includes(site)
            ? { state: "not asked" }
            : { state: "waiting", seconds: (this.#clock() - round.began) / 1000 };
        }),
      ),
    };
    const words = this.#words().join(" · ");
    return {
      title: this.title,
      ...(words === "" ? {} : { subtitle: words }),
      ...(rounds.length === 0 ? {} : { figures: [figure] }),
    };
  }

  #words(): readonly string[] {
    const ending = this.#ending;
    const rounds = this.#rounds.size;
    const after = this.interrupted ? ["the cell was interrupted: its result is lost"] : [];
    if (ending?.type === "done") {
      const last = [...this.#rounds.values()].at(-1);
      const answered = [...(last?.replies.values() ?? [])].filter(({ state }) => state === "answered").length;
      const replayed = [...this.#rounds.values()].every((round) => round.replayed)
        ? " (from the journal)"
        : "";
      return [
        `${answered} of ${counted(this.#sites.length, "site")}`,
        `${counted(rounds, "round")}${replayed}`,
        formatDuration(ending.seconds),
        ...after,
      ];
    }
    if (ending?.type === "failed") return [`stopped in round ${Math.max(1, rounds)}: ${ending.code}`];
    const open = [...this.#rounds].filter(([, { ended }]) => !ended);
    const [number, round] = open.at(-1) ?? [...this.#rounds].at(-1) ?? [];
    if (this.#delay !== "") return [this.#delay];
    if (number === undefined || round === undefined) return [];
    const waiting = round.sites.filter((site) => !round.replies.has(site));
    const isLate = !round.ended && this.#since(number) >= late;
    return [
      ...(this.#restart === "" ? [] : [this.#restart]),
      `round ${number} ${round.step}`,
      `${round.replies.size} of ${counted(round.sites.length, "site")}`,
      ...(isLate && waiting.length > 0
        ? [`waiting for ${waiting.map((site) => this.#named(round, site)).join(", ")}`]
        : []),
    ];
  }

  #named({ waiting }: RoundNow, site: string): string {
    const why = waiting.get(site);
    return why === undefined ? site : `${site} (${why})`;
  }

  #open(): readonly RoundNow[] {
    return [...this.#rounds.values()].filter(({ ended }) => !ended);
  }

  #since(round: number): number {
    return (this.#clock() - (this.#rounds.get(round)?.began ?? this.#clock())) / 1000;
  }
}
