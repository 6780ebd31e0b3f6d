import type { FigureText } from "./figure-text.ts";

/** What a site did in a round. */
export type RoundState = "answered" | "abstained" | "refused" | "failed" | "waiting" | "not asked";

export interface RoundReply {
  readonly state: RoundState;
  /** Seconds from the start of the round to the reply, or so far while waiting. */
  readonly seconds?: number;
}

/** An analysis by site and round: who answered when. */
export interface RoundsFigure extends FigureText {
  readonly kind: "rounds";
  readonly sites: readonly string[];
  readonly rounds: readonly { readonly label: string }[];
  /** One array for each site with one reply for each round. */
  readonly replies: readonly (readonly RoundReply[])[];
}
