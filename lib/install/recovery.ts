/**
 * What a restart may find of a transaction, and what it does about it. One
 * rule makes the table: the commit record is the only point of no return. What
 * has no commit record is undone, however far it came; what has one is
 * finished. So whatever may still refuse a change (a check, a hook) only has
 * to come before the commit, and the table stays.
 *
 * The same table closes a transaction that did not crash: one that is through,
 * and one that an error stopped.
 *
 * Rows are exclusive. Every combination of facts meets exactly one row, of
 * which some tell of things that cannot be unless somebody else moved files
 * about: those are left as they are. A test walks all combinations.
 *
 * Pure. The facts are read by `facts.ts`, the verdicts carried out by
 * `settle.ts`.
 *
 * @module
 */

/** What can be seen of an install after a crash. */
export interface InstallFacts {
  /** The journal holds its begin record, and no undone or end record. */
  readonly begun: boolean;
  /** The journal holds its commit record. */
  readonly committed: boolean;
  /** Its tree, whole or not, is in `.staging`. */
  readonly staged: boolean;
  /** A former, damaged tree of the same version is in `.trash`. */
  readonly displaced: boolean;
  /** Its tree is in the place of the version. */
  readonly placed: boolean;
  /** Its tree is in place, and `current` names the version. */
  readonly live: boolean;
}

/** What can be seen of a removal after a crash. */
export interface RemovalFacts {
  readonly begun: boolean;
  readonly committed: boolean;
  /** The program is in `.trash`. */
  readonly taken: boolean;
  /** There is a program of that name. */
  readonly present: boolean;
}

/**
 * `none`: there is no transaction, whatever lies in our directories is a stray.
 * `undo`: back to how it was. `finish`: remove what the change left over.
 * `leave`: cannot be; touch no program, and go on.
 */
export type Verdict = "none" | "undo" | "finish" | "leave";

type Cell = 0 | 1 | typeof _;
const _ = "either";

/** A row of a table: which facts it speaks of, and what is done. */
export interface Row {
  readonly label: string;
  readonly cells: readonly Cell[];
  readonly verdict: Verdict;
}

/** What is done about an install, by what is found of it. */
// deno-fmt-ignore
export const INSTALL_RECOVERY: readonly Row[] = [
  //             begun committed staged displaced placed live
  { label: "A", cells: [0, 0, _, _, _, _], verdict: "none"   }, // nothing was promised
  { label: "B", cells: [1, 0, _, 0, 0, 0], verdict: "undo"   }, // died unpacking, or before, or late in undoing
  { label: "C", cells: [1, 0, _, 1, 0, 0], verdict: "undo"   }, // died after taking the damaged tree away, before the new one came, or undoing
  { label: "D", cells: [1, 0, 0, _, 1, 0], verdict: "undo"   }, // died before the switch, or undoing after it was switched back
  { label: "E", cells: [1, 0, 0, _, 1, 1], verdict: "undo"   }, // died after the switch: nobody was told yet
  { label: "F", cells: [1, 1, 0, _, 1, 1], verdict: "finish" }, // died removing what the change left over
  { label: "W", cells: [0, 1, _, _, _, _], verdict: "leave"  }, // a commit needs a begin
  { label: "X", cells: [1, _, _, _, 0, 1], verdict: "leave"  }, // live means placed, by definition
  { label: "Y", cells: [1, _, 1, _, 1, _], verdict: "leave"  }, // one tree is in one place
  { label: "Z1", cells: [1, 1, _, _, 0, 0], verdict: "leave" }, // committed, and somebody took the version away
  { label: "Z2", cells: [1, 1, 0, _, 1, 0], verdict: "leave" }, // committed, and somebody switched to another version
];

/** What is done about a removal, by what is found of it. */
// deno-fmt-ignore
export const REMOVAL_RECOVERY: readonly Row[] = [
  //             begun committed taken present
  { label: "A", cells: [0, 0, _, _], verdict: "none"   }, // nothing was promised
  { label: "K", cells: [1, 0, 0, 1], verdict: "undo"   }, // died before taking it away, or late in undoing
  { label: "L", cells: [1, 0, 1, 0], verdict: "undo"   }, // died after taking it away: nobody was told yet
  { label: "M", cells: [1, 1, _, 0], verdict: "finish" }, // died emptying the trash
  { label: "W", cells: [0, 1, _, _], verdict: "leave"  }, // a commit needs a begin
  { label: "X", cells: [1, 0, 0, 0], verdict: "leave"  }, // somebody else took it away
  { label: "Y", cells: [1, 0, 1, 1], verdict: "leave"  }, // somebody made one of that name
  { label: "Z", cells: [1, 1, _, 1], verdict: "leave"  }, // the same, after the commit
];

/** The row for what was found of an install. */
export function decideInstall(facts: InstallFacts): Row {
  const { begun, committed, staged, displaced, placed, live } = facts;
  return find(INSTALL_RECOVERY, [
    begun,
    committed,
    staged,
    displaced,
    placed,
    live,
  ]);
}

/** The row for what was found of a removal. */
export function decideRemoval(facts: RemovalFacts): Row {
  const { begun, committed, taken, present } = facts;
  return find(REMOVAL_RECOVERY, [begun, committed, taken, present]);
}

/** Does the row speak of these facts, in the order of its columns? */
export function matches(row: Row, facts: readonly boolean[]): boolean {
  return row.cells.every((cell, index) =>
    cell === _ || (cell === 1) === facts[index]
  );
}

function find(table: readonly Row[], facts: readonly boolean[]): Row {
  const row = table.find((row) => matches(row, facts));
  if (row === undefined) throw new Error("The recovery table has a hole");
  return row;
}
