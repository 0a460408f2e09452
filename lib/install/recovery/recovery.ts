/**
 * What a restart may find of a transaction, and what it does about it. One
 * rule makes the tables: the commit record is the only point of no return. What
 * has no commit record is undone, however far it came; what has one is
 * finished. So whatever may still refuse a change (a check, a hook) only has
 * to come before the commit, and the tables stay.
 *
 * The same tables close a transaction that did not crash: one that is through,
 * and one that an error stopped.
 *
 * Rows are exclusive. Every combination of facts meets exactly one row, of
 * which some tell of things that cannot be unless somebody else moved files
 * about: those are left as they are. A test walks all combinations.
 *
 * No column tells of the links of commands, of spare links, of the executable
 * that is laid out for the agent's own update, or of what lies in the trash: whatever they are, undoing and finishing make them what the
 * version in use says, so no decision hangs on them. Of the system's manager
 * only what this transaction would have made is a fact; what somebody else did
 * with it meanwhile is left to them.
 *
 * Pure. The facts are read by `facts.ts`, the verdicts carried out by
 * `undo.ts` and `finish.ts`.
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
  /** A former tree of the same version is in `.trash`. */
  readonly displaced: boolean;
  /** Its tree is in the place of the version. */
  readonly placed: boolean;
  /** The system's manager holds a package as it made it, not as before. */
  readonly native: boolean;
  /** Its tree is in place, and `current` names the version. */
  readonly live: boolean;
}

/** What can be seen of a step back after a crash. */
export interface RollbackFacts {
  readonly begun: boolean;
  readonly committed: boolean;
  readonly native: boolean;
  /** `current` names the version that was kept. */
  readonly live: boolean;
}

/** What can be seen of a removal after a crash. */
export interface RemovalFacts {
  readonly begun: boolean;
  readonly committed: boolean;
  readonly native: boolean;
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
  //             begun committed staged displaced placed native live
  { label: "A",  cells: [0, 0, _, _, _, _, _], verdict: "none"   }, // nothing was promised
  { label: "B",  cells: [1, 0, _, 0, 0, 0, 0], verdict: "undo"   }, // died unpacking, in preinstall, or before, or late in undoing
  { label: "C",  cells: [1, 0, _, 1, 0, 0, 0], verdict: "undo"   }, // died after taking the former tree away, before the new one came, or undoing
  { label: "D",  cells: [1, 0, _, _, 0, 1, 0], verdict: "undo"   }, // the same; and somebody else asked the manager, for ours comes after placing
  { label: "E",  cells: [1, 0, 0, _, 1, 0, 0], verdict: "undo"   }, // died before the manager was asked, or undoing after it was brought back
  { label: "F",  cells: [1, 0, 0, _, 1, 1, 0], verdict: "undo"   }, // died after the manager was asked, before the switch, or undoing after it
  { label: "G",  cells: [1, 0, 0, _, 1, _, 1], verdict: "undo"   }, // died after the switch, in postinstall or check: nobody was told yet
  { label: "H",  cells: [1, 1, 0, _, 1, _, 1], verdict: "finish" }, // died removing what the change left over
  { label: "W",  cells: [0, 1, _, _, _, _, _], verdict: "leave"  }, // a commit needs a begin
  { label: "X",  cells: [1, _, _, _, 0, _, 1], verdict: "leave"  }, // live means placed, by definition
  { label: "Y",  cells: [1, _, 1, _, 1, _, _], verdict: "leave"  }, // one tree is in one place
  { label: "Z1", cells: [1, 1, _, _, 0, _, 0], verdict: "leave"  }, // committed, and somebody took the version away
  { label: "Z2", cells: [1, 1, 0, _, 1, _, 0], verdict: "leave"  }, // committed, and somebody switched to another version
];

/** What is done about a step back, by what is found of it. */
// deno-fmt-ignore
export const ROLLBACK_RECOVERY: readonly Row[] = [
  //             begun committed native live
  { label: "A", cells: [0, 0, _, _], verdict: "none"   }, // nothing was promised
  { label: "N", cells: [1, 0, 0, 0], verdict: "undo"   }, // died before anything was changed, or late in undoing
  { label: "O", cells: [1, 0, 1, 0], verdict: "undo"   }, // died after the manager was asked, before the switch, or undoing after it
  { label: "P", cells: [1, 0, _, 1], verdict: "undo"   }, // died after the switch, in postinstall or check: nobody was told yet
  { label: "Q", cells: [1, 1, _, 1], verdict: "finish" }, // died unlinking what the version gone back from had
  { label: "W", cells: [0, 1, _, _], verdict: "leave"  }, // a commit needs a begin
  { label: "Z", cells: [1, 1, _, 0], verdict: "leave"  }, // committed, and somebody switched to another version
];

/** What is done about a removal, by what is found of it. */
// deno-fmt-ignore
export const REMOVAL_RECOVERY: readonly Row[] = [
  //             begun committed native taken present
  { label: "A", cells: [0, 0, _, _, _], verdict: "none"   }, // nothing was promised
  { label: "I", cells: [1, 0, 0, 0, 1], verdict: "undo"   }, // died in preremove or before, or late in undoing
  { label: "J", cells: [1, 0, 1, 0, 1], verdict: "undo"   }, // died after the manager was asked, or undoing after putting the program back
  { label: "K", cells: [1, 0, _, 1, 0], verdict: "undo"   }, // died after taking it away, in postremove: nobody was told yet
  { label: "L", cells: [1, 1, _, _, 0], verdict: "finish" }, // died emptying the trash
  { label: "W", cells: [0, 1, _, _, _], verdict: "leave"  }, // a commit needs a begin
  { label: "X", cells: [1, 0, _, 0, 0], verdict: "leave"  }, // somebody else took it away
  { label: "Y", cells: [1, 0, _, 1, 1], verdict: "leave"  }, // somebody made one of that name
  { label: "Z", cells: [1, 1, _, _, 1], verdict: "leave"  }, // the same, after the commit
];

/** The row for what was found of an install. */
export function decideInstall(facts: InstallFacts): Row {
  const { begun, committed, staged, displaced, placed, native, live } = facts;
  return find(INSTALL_RECOVERY, [
    begun,
    committed,
    staged,
    displaced,
    placed,
    native,
    live,
  ]);
}

/** The row for what was found of a step back. */
export function decideRollback(facts: RollbackFacts): Row {
  const { begun, committed, native, live } = facts;
  return find(ROLLBACK_RECOVERY, [begun, committed, native, live]);
}

/** The row for what was found of a removal. */
export function decideRemoval(facts: RemovalFacts): Row {
  const { begun, committed, native, taken, present } = facts;
  return find(REMOVAL_RECOVERY, [begun, committed, native, taken, present]);
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
