/**
 * What the installer's journal can say, as types and as readers of their JSON.
 * Stored on machines for years: kinds and fields are appended, and none is ever
 * changed. A field that came later has a value for the records from before it,
 * so an agent that was updated reads its own past.
 *
 * Pure. What the entries mean together is for `journal_state.ts`.
 *
 * @module
 */

import { NATIVE_MAX } from "../../ieo/manifest/fields.ts";
import { isMachinePath, type NativeKind } from "../../ieo/manifest/types.ts";
import { faultOfPath } from "../../ieo/paths.ts";
import { isProgramName, isVersion } from "../../trust/names.ts";
import { fault, ok } from "../../trust/outcome.ts";
import {
  formatOf,
  listOf,
  objectOf,
  orNull,
  type Shape,
  textOf,
  trueOrFalse,
  wholeNumber,
} from "../../trust/shape.ts";
import { nativeKind, nativeWord, transactionId } from "../record.ts";
import { DETAIL_CHARS_MAX, done, isReason, type Result } from "../result.ts";
import { byWord, fieldOf, since, the } from "./entry_shapes.ts";

/** A package of the system's manager that a transaction changes. */
export interface NativeChange {
  readonly kind: NativeKind;
  /** Its name in the system's manager. */
  readonly package: string;
  /** The version that the manager held before; null when none. */
  readonly before: string | null;
  /** The version that it shall hold; null when none. */
  readonly after: string | null;
}

interface TransactionBase {
  /** `<sequence>-<order>-<attempt>`: never used twice. */
  readonly id: string;
  readonly order: bigint;
  readonly attempt: number;
  readonly name: string;
  readonly native: readonly NativeChange[];
  /** May a hook run under this transaction, and have to be ended? */
  readonly hooks: boolean;
}

/** The agent's own update: what runs, and what takes its place. */
export interface SelfChange {
  /** The executable, below the version's tree. */
  readonly path: string;
  /** The file that the service starts. */
  readonly executable: string;
}

/** An install; an update when there is a previous version. */
export interface InstallTransaction extends TransactionBase {
  readonly kind: "install";
  /** Null for every program but the agent itself. */
  readonly self: SelfChange | null;
  readonly version: string;
  /** The version in use before; null when there was none. */
  readonly previous: string | null;
}

/** A step back to the version that was kept from before the last update. */
export interface RollbackTransaction extends TransactionBase {
  readonly kind: "rollback";
  readonly self: SelfChange | null;
  /** The version that was kept. */
  readonly version: string;
  /** The version in use before. */
  readonly previous: string;
}

/** A removal of a program, whatever its version. */
export interface RemovalTransaction extends TransactionBase {
  readonly kind: "remove";
  /** The version in use before; null when there was none. */
  readonly previous: string | null;
}

/** One change of one program. */
export type Transaction =
  | InstallTransaction
  | RollbackTransaction
  | RemovalTransaction;

/** The serial of a package that was installed, and whose package it was. */
export interface Floor {
  /** A publisher's key, base64url. */
  readonly publisher: string;
  readonly serial: number;
}

/** A downgrade statement that was used: it allows nothing a second time. */
export interface UsedDowngrade {
  /** `SignedDowngrade.id`. */
  readonly statement: string;
  /** Milliseconds since 1970. */
  readonly expiresMs: number;
}

/** What becomes true at once, with the commit record. */
export interface Commit {
  /** The version in use from now on; empty when there is none. */
  readonly version: string;
  /** What the order's giver should know, a sentence a line. */
  readonly note: string;
  /** Raises the floor of the transaction's program. */
  readonly floor: Floor | null;
  readonly downgrade: UsedDowngrade | null;
}

/** What the journal can say. */
export type JournalEntry =
  /** The first line of every file. */
  | { readonly do: "journal"; readonly format: 1 }
  /** What is about to be changed; nothing is, yet. */
  | ({ readonly do: "begin" } & Transaction)
  /**
   * Of the agent's own update: all steps are taken, and the new agent is tried.
   * It writes the commit record itself, with just this in it.
   */
  | ({ readonly do: "trial"; readonly id: string } & Commit)
  /** The change holds, and its order is done. */
  | ({ readonly do: "commit"; readonly id: string } & Commit)
  /** The machine is as before; the result is null when nobody was told. */
  | {
    readonly do: "undone";
    readonly id: string;
    readonly result: Result | null;
  }
  /** What the committed change no longer needs has been removed. */
  | { readonly do: "end"; readonly id: string }
  /** An order that ended without changing anything. */
  | {
    readonly do: "result";
    readonly order: bigint;
    readonly attempt: number;
    readonly result: Result;
  }
  /** A floor, as a compaction writes it down. */
  | ({ readonly do: "floor"; readonly name: string } & Floor)
  /** A used downgrade statement, as a compaction writes it down. */
  | ({ readonly do: "downgrade" } & UsedDowngrade);

const attempt = wholeNumber(0, Number.MAX_SAFE_INTEGER);
const serial = wholeNumber(0, Number.MAX_SAFE_INTEGER);
const name = textOf("a program's name", isProgramName);
const version = textOf("a version", isVersion);
const sentence = textOf(
  "a sentence",
  (text) => text.length <= DETAIL_CHARS_MAX,
);

const order: Shape<bigint> = (value, path) => {
  const read = textOf("an order", (text) => /^\d{1,20}$/.test(text))(
    value,
    path,
  );
  return read.ok ? ok(BigInt(read.value)) : read;
};

const DONE = objectOf({
  ok: the(true),
  version: textOf("a version", (text) => text === "" || isVersion(text)),
  note: sentence,
});
const FAILED = objectOf({
  ok: the(false),
  reason: (value, path) =>
    typeof value === "string" && isReason(value)
      ? ok(value)
      : fault({ path, problem: "is not a reason" }),
  detail: sentence,
});
const result: Shape<Result> = (value, path) =>
  fieldOf(value, "ok") === true
    ? since(done(""), DONE)(value, path)
    : FAILED(value, path);

const publisher = textOf("a key", (text) => text.length <= 64);
const FLOOR = { publisher, serial };
const USED_DOWNGRADE = {
  statement: textOf("a hash", (text) => /^[0-9a-f]{64}$/.test(text)),
  expiresMs: wholeNumber(0, Number.MAX_SAFE_INTEGER),
};

const COMMIT = {
  id: transactionId,
  version: textOf("a version", (text) => text === "" || isVersion(text)),
  note: sentence,
  floor: orNull(objectOf(FLOOR)),
  downgrade: orNull(objectOf(USED_DOWNGRADE)),
};

const BEGIN_BASE = {
  do: the("begin"),
  id: transactionId,
  order,
  attempt,
  name,
  // Twice: what the version before has and the one that comes has not.
  native: listOf(
    objectOf({
      kind: nativeKind,
      package: nativeWord,
      before: orNull(nativeWord),
      after: orNull(nativeWord),
    }),
    2 * NATIVE_MAX,
  ),
  hooks: trueOrFalse,
};
/** What Linux takes as a path. */
const PATH_CHARS_MAX = 4_096;
const SELF_CHANGE = objectOf({
  path: textOf("a file of the package", (text) => faultOfPath(text) === null),
  executable: textOf(
    "a path",
    (text) => isMachinePath(text) && text.length <= PATH_CHARS_MAX,
  ),
});
const BEGINS: { readonly [K in Transaction["kind"]]: Shape<JournalEntry> } = {
  install: since(
    { self: null },
    objectOf({
      ...BEGIN_BASE,
      kind: the("install"),
      version,
      previous: orNull(version),
      self: orNull(SELF_CHANGE),
    }),
  ),
  rollback: since(
    { self: null },
    objectOf({
      ...BEGIN_BASE,
      kind: the("rollback"),
      version,
      previous: version,
      self: orNull(SELF_CHANGE),
    }),
  ),
  remove: objectOf({
    ...BEGIN_BASE,
    kind: the("remove"),
    previous: orNull(version),
  }),
};

const SHAPES: { readonly [W in JournalEntry["do"]]: Shape<JournalEntry> } = {
  journal: objectOf({ do: the("journal"), format: formatOf(1) }),
  begin: since({ native: [], hooks: false }, byWord("kind", BEGINS)),
  trial: objectOf({ do: the("trial"), ...COMMIT }),
  commit: since(
    { version: "", note: "", floor: null, downgrade: null },
    objectOf({ do: the("commit"), ...COMMIT }),
  ),
  undone: objectOf({
    do: the("undone"),
    id: transactionId,
    result: orNull(result),
  }),
  end: objectOf({ do: the("end"), id: transactionId }),
  result: objectOf({ do: the("result"), order, attempt, result }),
  floor: objectOf({ do: the("floor"), name, ...FLOOR }),
  downgrade: objectOf({ do: the("downgrade"), ...USED_DOWNGRADE }),
};

/** Reads an entry. */
export const ENTRY: Shape<JournalEntry> = byWord("do", SHAPES);
