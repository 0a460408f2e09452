/**
 * What a repair of the store would lose, in the owner's words: what of it is
 * kept, what is gone, and what that means.
 *
 * @module
 */

import type { TableTaken } from "../../server/store/salvage_rows.ts";
import type { Saved } from "../../server/store/store_salvage.ts";

/** One kind of thing that the store holds. */
export interface Loss {
  /** `machines`, in the plural. */
  readonly what: string;
  readonly kept: number;
  /** At most so many; null: some, and nobody can tell how many. */
  readonly lost: number | null;
  /** What it means, and what to do; "" when nothing is lost. */
  readonly means: string;
}

/** In the order in which they matter; the first table is counted. */
const KINDS: readonly (readonly [
  what: string,
  tables: readonly [string, ...string[]],
  means: string,
])[] = [
  [
    "machines",
    ["machines"],
    "each is refused until it joins again: there, remove the agent's state " +
    "directory and give it the join file",
  ],
  ["programs", ["programs", "downgrades"], "publish them again"],
  [
    "orders",
    ["orders", "tasks"],
    "what was waiting is not done any more: give it again",
  ],
  [
    "groups",
    ["groups", "group_members"],
    "flottille-server group shows what is left; make the others again",
  ],
  ["tags", ["tags"], "give them again"],
  ["machines that are expected", ["expected"], "import their file again"],
  ["rollouts", ["rollouts"], "begin them again"],
  ["desired states", ["desired"], "apply the file again"],
  [
    "program lists",
    ["lists", "listed", "machine_listed", "listed_before"],
    "every machine is asked for its list again; what was in older lists may " +
    "be missing",
  ],
  [
    "records of the journal",
    ["audit"],
    "audit verify says where the hole is, from now on",
  ],
  [
    "small notes",
    ["meta", "secret_uses", "told", "epoch_again"],
    "an enrolment secret may count fewer uses than it had",
  ],
];

/** Of each kind. */
export function lossesOf(saved: Saved): Loss[] {
  return KINDS.map(([what, [first, ...more], means]) => {
    const all = [first, ...more].flatMap((name) => saved.get(name) ?? []);
    const kept = saved.get(first)?.taken ?? 0;
    const lost = sumOf(all);
    return { what, kept, lost, means: lost === 0 ? "" : means };
  });
}

function sumOf(tables: readonly TableTaken[]): number | null {
  let sum = 0;
  for (const { lost } of tables) {
    if (lost === null) return null;
    sum += lost;
  }
  return sum;
}

/** `12 kept, 3 lost at most`. */
export function shownLoss({ kept, lost }: Loss): string {
  if (lost === 0) return `${kept} kept, none lost`;
  return lost === null
    ? `${kept} kept, some lost: how many, nobody can tell`
    : `${kept} kept, lines lost: ${lost} at most`;
}
