import type { RoundReply, RoundState, RoundsFigure } from "@konsil/core";
import { plainText } from "../escape.ts";
import { formatDuration } from "../numbers.ts";
import { lineColour } from "../palette.ts";
import { type Drawing, element, fittedText, line, px, small, soft, text, textLines, usual } from "../svg.ts";
import { textWidth, wrapText } from "../text-width.ts";

const rowHeight = 24;

/** A shape and a colour for each state: neither alone has to be told apart. */
const marks: Readonly<Record<RoundState, { readonly shape: string; readonly colour: string }>> = {
  answered: { shape: "M-4,0l3,3.5l5.5,-7", colour: lineColour(2) },
  abstained: { shape: "M-4,0h8", colour: lineColour(4) },
  refused: { shape: "M-3.5,-3.5l7,7m0,-7l-7,7", colour: lineColour(1) },
  failed: { shape: "M0,-5v6m0,2.5v1.5", colour: lineColour(1) },
  waiting: { shape: "M-4.5,0h1.5m2.2,0h1.5m2.2,0h1.5", colour: "currentColor" },
  "not asked": { shape: "", colour: "currentColor" },
};

/** Which site answered in which round, and how long it took, beside the slowest answer of the round. */
export function drawRounds(figure: RoundsFigure, width: number): Drawing {
  const sites = figure.sites.map(plainText);
  const left = Math.min(width * 0.3, Math.max(0, ...sites.map((site) => textWidth(site, usual))) * 1.04 + 16);
  const columnWidth = Math.min(180, (width - left) / Math.max(1, figure.rounds.length));
  const labels = figure.rounds.map(({ label }) => plainText(label));
  const wrapped = labels.map((label) => wrapText(label, columnWidth - 18, small, { weight: "bold" }));
  // Where one has no room above its column, the columns have numbers, and the names stand below.
  const haveRoom = wrapped.every((lines, r) => lines.length <= 2 && lines.join(" ") === labels[r]);
  const headings = haveRoom ? wrapped : labels.map((_, r) => [String(r + 1)]);
  const names = haveRoom ? [] : wrapText(numberedNames(labels), width, small);
  const top = Math.max(1, ...headings.map((lines) => lines.length)) * 14 + 10;
  const right = left + columnWidth * figure.rounds.length;
  const drawn: string[] = [];
  headings.forEach((lines, r) => {
    const first = top - 10 - (lines.length - 1) * 14;
    drawn.push(textLines(lines, left + r * columnWidth + 4, first, 14, { size: small, weight: "bold" }));
  });
  drawn.push(line(0, top - 2, right, top - 2, soft));
  const slowest = figure.rounds.map((_, r) =>
    Math.max(0, ...figure.replies.map((replies) => replies[r]?.seconds ?? 0)),
  );
  sites.forEach((site, s) => {
    const middle = top + s * rowHeight + rowHeight / 2;
    drawn.push(fittedText(site, 0, middle + 4, left - 12));
    figure.rounds.forEach((_, r) => {
      const reply = figure.replies[s]?.[r];
      if (reply === undefined) return;
      drawn.push(drawReply(reply, left + r * columnWidth, middle, columnWidth, slowest[r] ?? 0));
    });
  });
  const bottom = top + sites.length * rowHeight + 10;
  drawn.push(textLines(names, 0, bottom + 12, 14, { size: small, muted: true }));
  const key = drawKey(figure, bottom + (names.length === 0 ? 0 : names.length * 14 + 6), width);
  drawn.push(key.body);
  return { height: key.bottom, body: drawn.join(""), description: describe(figure) };
}

/** "1 variables, 2 cox-moments, 3–8 cox-strata": the names of rounds, those that follow one another with one name as one. */
function numberedNames(labels: readonly string[]): string {
  const names = labels.map((label, r) => label.replace(new RegExp(`^${r + 1} `), ""));
  return names
    .flatMap((name, r) => {
      if (name === names[r - 1]) return [];
      const next = names.findIndex((other, i) => i > r && other !== name);
      const last = next < 0 ? names.length : next;
      return [`${last === r + 1 ? last : `${r + 1}–${last}`} ${name}`];
    })
    .join(", ");
}

function drawReply(reply: RoundReply, x: number, middle: number, width: number, slowest: number): string {
  const drawn = [mark(reply.state, x + 11, middle)];
  const room = width - 30;
  if (reply.seconds === undefined || room < 24) return drawn.join("");
  const words = formatDuration(reply.seconds);
  const barRoom = room - textWidth(words, small) - 8;
  const length = slowest > 0 && barRoom > 12 ? Math.max(1.5, (reply.seconds / slowest) * barRoom) : 0;
  if (length > 0) {
    const { colour } = marks[reply.state];
    drawn.push(
      element("rect", {
        x: x + 24,
        y: middle - 4,
        width: length,
        height: 8,
        rx: 1,
        fill: colour,
        "fill-opacity": "0.35",
      }),
    );
  }
  drawn.push(text(words, x + 24 + (length > 0 ? length + 5 : 0), middle + 4, { size: small }));
  return drawn.join("");
}

function mark(state: RoundState, x: number, y: number): string {
  const { shape, colour } = marks[state];
  if (shape === "") return "";
  return element("path", {
    d: shape,
    transform: `translate(${px(x)},${px(y)})`,
    fill: "none",
    stroke: colour,
    "stroke-width": 2,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
  });
}

/** The states that occur, with their marks. */
function drawKey(
  figure: RoundsFigure,
  top: number,
  width: number,
): { readonly body: string; readonly bottom: number } {
  const present = new Set(figure.replies.flat().map((reply) => reply.state));
  const drawn: string[] = [];
  let [x, y] = [0, top];
  for (const state of Object.keys(marks) as RoundState[]) {
    if (!present.has(state) || marks[state].shape === "") continue;
    const wanted = 18 + textWidth(state, small);
    if (x > 0 && x + wanted > width) [x, y] = [0, y + 17];
    drawn.push(mark(state, x + 6, y + 8), text(state, x + 17, y + 12, { size: small, muted: true }));
    x += wanted + 16;
  }
  return { body: drawn.join(""), bottom: y + 20 };
}

function describe(figure: RoundsFigure): string {
  const rounds = figure.rounds.map((round, r) => {
    const states = figure.sites.map((site, s) => {
      const reply = figure.replies[s]?.[r];
      const time = reply?.seconds === undefined ? "" : ` after ${formatDuration(reply.seconds)}`;
      return `${site} ${reply?.state ?? "not asked"}${time}`;
    });
    return `${round.label}: ${states.join(", ")}.`;
  });
  return `Replies by site and round. ${rounds.join(" ")}`;
}
