/**
 * Many machines' names in few words: names that differ in a last number only,
 * and follow one another, become a run. Pure.
 *
 * @module
 */

/** Two names are shorter by themselves. */
const RUN_MIN = 3;

interface Run {
  readonly text: string;
  /** How many names it stands for. */
  readonly count: number;
}

/**
 * `lab-1`, `room-101..room-130`, ... as people count. A run says its first and
 * its last name whole, so that each can be typed.
 */
export function nameRuns(names: readonly string[]): string[] {
  return runsOf(names).map(({ text }) => text);
}

/** The runs in one line, at most so many of them, and how many names follow. */
export function nameLine(names: readonly string[], runsMax: number): string {
  const runs = runsOf(names);
  const shown = runs.slice(0, runsMax);
  const line = shown.map(({ text }) => text).join(", ");
  const told = shown.reduce((sum, { count }) => sum + count, 0);
  return told === names.length
    ? line
    : `${line} and ${names.length - told} more`;
}

function runsOf(names: readonly string[]): Run[] {
  const sorted = sortedNames(names);
  const runs: Run[] = [];
  for (let at = 0; at < sorted.length;) {
    let end = at + 1;
    while (end < sorted.length && follows(sorted[end - 1], sorted[end])) end++;
    const run = sorted.slice(at, end);
    if (run.length >= RUN_MIN) {
      runs.push({ text: `${run[0]}..${run.at(-1)}`, count: run.length });
    } else {
      for (const text of run) runs.push({ text, count: 1 });
    }
    at = end;
  }
  return runs;
}

const { compare } = new Intl.Collator("en", { numeric: true });

/** `room-9` before `room-10`. */
export function compareNames(one: string, other: string): number {
  return compare(one, other) || (one < other ? -1 : Number(one !== other));
}

/** In that order. */
export function sortedNames(names: readonly string[]): string[] {
  return names.toSorted(compareNames);
}

/** Is the second name the first with its last number raised by one? */
function follows(one = "", next = ""): boolean {
  const [a, b] = [numbered(one), numbered(next)];
  if (a === null || b === null) return false;
  if (a.before !== b.before || a.after !== b.after) return false;
  if (Number(b.digits) !== Number(a.digits) + 1) return false;
  // 9 and 10 follow one another, 09 and 010 are of two rooms.
  const isFilled = a.digits.startsWith("0") || b.digits.startsWith("0");
  return !isFilled || a.digits.length === b.digits.length;
}

/** The last number of a name, and what is around it. */
function numbered(name: string) {
  const match = /^(.*?)(\d{1,9})(\D*)$/.exec(name);
  if (match === null) return null;
  const [, before = "", digits = "", after = ""] = match;
  return { before, digits, after };
}
