/**
 * The names that somebody may have meant: for every message that says that a
 * machine, a program, an option or a command is not known. Pure.
 *
 * @module
 */

/** How many names are offered; more would be a list, not a hint. */
const NEAREST_COUNT_MAX = 3;

/** Longer words are cut: what is compared comes from people and machines. */
const WORD_LENGTH_MAX = 64;

/**
 * Up to three of the candidates, nearest first, none of them farther than a
 * third of the word's length (at least one letter). Case does not count.
 */
export function nearest(
  word: string,
  candidates: Iterable<string>,
): string[] {
  const asked = word.slice(0, WORD_LENGTH_MAX).toLowerCase();
  const farthest = Math.max(1, Math.floor(asked.length / 3));
  const near: { name: string; distance: number }[] = [];
  for (const name of new Set(candidates)) {
    const other = name.slice(0, WORD_LENGTH_MAX).toLowerCase();
    // The difference in length is a lower bound, and saves most of the work.
    if (Math.abs(other.length - asked.length) > farthest) continue;
    const distance = editDistance(asked, other);
    if (distance <= farthest) near.push({ name, distance });
  }
  near.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  return near.slice(0, NEAREST_COUNT_MAX).map(({ name }) => name);
}

/** The same hint as the end of a sentence, "" when nothing is near. */
export function didYouMean(names: readonly string[]): string {
  return names.length === 0 ? "" : `; did you mean ${names.join(", ")}?`;
}

/**
 * Letters to insert, remove, replace or swap with their neighbour to make one
 * word of the other (Damerau-Levenshtein, optimal string alignment).
 */
export function editDistance(from: string, to: string): number {
  const width = to.length + 1;
  const at = (row: readonly number[], column: number) => row[column] ?? 0;
  let beforeLast: number[] = [];
  let last = Array.from({ length: width }, (_, column) => column);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j < width; j++) {
      const cost = from[i - 1] === to[j - 1] ? 0 : 1;
      row[j] = Math.min(
        at(last, j) + 1,
        at(row, j - 1) + 1,
        at(last, j - 1) + cost,
      );
      const swapped = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (i > 1 && j > 1 && swapped) {
        row[j] = Math.min(at(row, j), at(beforeLast, j - 2) + 1);
      }
    }
    beforeLast = last;
    last = row;
  }
  return at(last, to.length);
}
