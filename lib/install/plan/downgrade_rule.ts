/**
 * No way back to an old package without its publisher's word (I-16). The rule:
 * a serial that is lower than the highest one ever installed under its name is
 * refused, whoever orders it, unless a downgrade statement names the version,
 * has not expired, and was not used on this machine before.
 *
 * Floors of a key that is revoked, or not on the publishers' list any more, do
 * not count (K-10): a thief's serial of 2^53 would else close a name for ever.
 *
 * Pure.
 *
 * @module
 */

import {
  allowsDowngrade,
  DOWNGRADE_FAULTS,
  openDowngrade,
} from "../../trust/downgrade.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import { publisherOf, type PublishersList } from "../../trust/publishers.ts";
import type { Floor, UsedDowngrade } from "../journal/entries.ts";
import type { UsedDowngrades } from "../journal/floors.ts";

/** The highest serial that counts; 0 when none does. */
export function floorOf(
  floors: readonly Floor[],
  publishers: PublishersList,
): number {
  const counting = floors.filter(({ publisher }) =>
    publisherOf(publishers, publisher) !== null &&
    !publishers.revoked.includes(publisher)
  );
  return Math.max(0, ...counting.map(({ serial }) => serial));
}

/** What a downgrade statement is judged by. */
export interface DowngradeQuestion {
  readonly name: string;
  readonly version: string;
  readonly publishers: PublishersList;
  readonly used: UsedDowngrades;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/**
 * What is to be recorded when the statement allows the step back; else the end
 * of a sentence that says why it does not.
 */
export function judgeDowngrade(
  bytes: Uint8Array | null,
  { name, version, publishers, used, nowMs }: DowngradeQuestion,
): Outcome<UsedDowngrade, string> {
  if (bytes === null) {
    return fault("its publisher signed no downgrade statement for it");
  }
  const opened = openDowngrade(bytes, publishers);
  if (!opened.ok) {
    return fault(`the downgrade statement ${DOWNGRADE_FAULTS[opened.fault]}`);
  }
  const { id: statement, expiresMs, expires } = opened.value;
  if (used.has(statement)) {
    return fault("the downgrade statement was used on this machine before");
  }
  if (!allowsDowngrade(opened.value, { name, version, nowMs })) {
    return fault(
      nowMs >= expiresMs
        ? `the downgrade statement expired at ${expires}`
        : `the downgrade statement is not for ${name} ${version}`,
    );
  }
  return used.isFull(nowMs)
    ? fault("too many downgrade statements were used on this machine")
    : ok({ statement, expiresMs });
}
