/**
 * What is different between two lists. A program is the same by its source,
 * name and architecture; what may change of it is its version. Several
 * versions of one program can stand side by side (npm, the kernel): those on
 * both sides are the same, of the others those that look most alike are taken
 * for one another, and what is left over has come or gone. Pure.
 *
 * @module
 */

import { compareListed, type ListedProgram } from "../../peo/program.ts";

/** From one list to another, in the order of lists. */
export interface Difference {
  readonly added: readonly ListedProgram[];
  readonly removed: readonly ListedProgram[];
  readonly changed: readonly Change[];
  /** On both sides in the very same version. */
  readonly same: number;
}

/** A program in another version. */
export interface Change {
  readonly from: ListedProgram;
  readonly to: ListedProgram;
}

interface Sides {
  readonly from: ListedProgram[];
  readonly to: ListedProgram[];
}

/** Versions of one program that are compared each with each. */
const ALIKE_MAX = 32;

/** What turns the one list into the other. */
export function difference(
  from: readonly ListedProgram[],
  to: readonly ListedProgram[],
): Difference {
  const added: ListedProgram[] = [];
  const removed: ListedProgram[] = [];
  const changed: Change[] = [];
  let same = 0;
  for (const sides of sidesOf(from, to)) {
    const [gone, come] = [
      without(sides.from, sides.to),
      without(sides.to, sides.from),
    ];
    same += sides.to.length - come.length;
    const pairs = pairsOf(gone, come);
    changed.push(...pairs);
    const paired = new Set(pairs.flatMap(({ from, to }) => [from, to]));
    removed.push(...gone.filter((program) => !paired.has(program)));
    added.push(...come.filter((program) => !paired.has(program)));
  }
  return {
    added: added.sort(compareListed),
    removed: removed.sort(compareListed),
    changed: changed.sort((a, b) =>
      compareListed(a.from, b.from) || compareListed(a.to, b.to)
    ),
    same,
  };
}

/** Each program with its versions on both sides. */
function sidesOf(
  from: readonly ListedProgram[],
  to: readonly ListedProgram[],
): Iterable<Sides> {
  const all = new Map<string, Sides>();
  const sidesOf = (program: ListedProgram): Sides => {
    // No text of a list holds a line feed.
    const key = [program.source, program.name, program.architecture ?? ""]
      .join("\n");
    const known = all.get(key) ?? { from: [], to: [] };
    all.set(key, known);
    return known;
  };
  for (const program of from) sidesOf(program).from.push(program);
  for (const program of to) sidesOf(program).to.push(program);
  return all.values();
}

/** Those whose version the others do not have, in the order of lists. */
function without(
  programs: readonly ListedProgram[],
  others: readonly ListedProgram[],
): ListedProgram[] {
  const versions = new Set(others.map(({ version }) => version));
  return programs.filter(({ version }) => !versions.has(version))
    .sort(compareListed);
}

/**
 * The longest common beginning first: 4.17.20 became 4.17.21 and 5.0.0 came,
 * not the other way round.
 */
function pairsOf(
  gone: readonly ListedProgram[],
  come: readonly ListedProgram[],
): Change[] {
  if (gone.length === 0 || come.length === 0) return [];
  const candidates = gone.slice(0, ALIKE_MAX).flatMap((from, row) =>
    come.slice(0, ALIKE_MAX).map((to, column) => ({
      ...{ from, to, row, column },
      alike: commonLength(from.version, to.version),
    }))
  ).sort((a, b) => b.alike - a.alike || a.row - b.row || a.column - b.column);
  const taken = new Set<ListedProgram>();
  const pairs: Change[] = [];
  for (const { from, to } of candidates) {
    if (taken.has(from) || taken.has(to)) continue;
    taken.add(from).add(to);
    pairs.push({ from, to });
  }
  return pairs;
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
