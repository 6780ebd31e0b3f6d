/** Distance of Damerau and Levenshtein in its restricted form (Oommen and Loke 1997): edits and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let twoBack: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(
        (previous[j] ?? 0) + 1,
        (current[j - 1] ?? 0) + 1,
        (previous[j - 1] ?? 0) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (twoBack[j - 2] ?? 0) + 1);
      current.push(best);
    }
    twoBack = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** Of this many letters a beginning is no accident. */
const shortestBeginning = 3;

/** How many letters a name has: the dashes of an option are none. */
const letters = (name: string): number => name.replace(/^-+/, "").length;

/** The only candidate that begins as what was typed, or with which it begins: "--out" for "--output". */
function begun(typed: string, candidates: readonly string[]): string | undefined {
  const found = candidates.filter((candidate) => {
    const known = candidate.slice(0, 64).toLowerCase();
    const [short, long] = known.length < typed.length ? [known, typed] : [typed, known];
    return letters(short) >= shortestBeginning && long.startsWith(short);
  });
  return found.length === 1 ? found[0] : undefined;
}

/** The candidate that a person most likely meant, or nothing when none is near. */
export function nearest(wrong: string, candidates: Iterable<string>): string | undefined {
  if (wrong === "") return undefined;
  const all = [...candidates];
  const typed = wrong.slice(0, 64).toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(letters(typed) / 3)) + 0.5;
  for (const candidate of all) {
    const known = candidate.slice(0, 64).toLowerCase();
    const distance = known === typed ? 0 : editDistance(typed, known);
    // As far as they are long they have no letter in common, as the codes 0 and 2.
    if (distance >= Math.max(typed.length, known.length)) continue;
    // Of two that are as near, what was begun and not ended: "tie" is "ties" rather than "time".
    const isBegun = known.startsWith(typed) && best?.toLowerCase().startsWith(typed) !== true;
    if (distance < bestDistance || (distance === bestDistance && isBegun)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best ?? begun(typed, all);
}

/** At most twelve names, or `most`, quoted as they are, with "…" for more. */
export function listing(names: Iterable<string>, most = 12): string {
  const all = [...names];
  return all.slice(0, most).join(", ") + (all.length > most ? ", …" : "");
}

/** `Did you mean "age"? Columns: age, days, …` or without the question when nothing is near. */
export function suggestion(wrong: string, candidates: Iterable<string>, noun: string, most?: number): string {
  const all = [...candidates];
  const near = nearest(wrong, all);
  const permitted =
    all.length > 0 ? `${noun}: ${listing(all, most)}.` : `There are no ${noun.toLowerCase()}.`;
  return near === undefined ? permitted : `Did you mean "${near}"? ${permitted}`;
}
