/**
 * Puts a list into the store: in parts that nobody sees, so that a list of any
 * length costs the server little memory and no long stall, and then all of
 * them at once.
 *
 * @module
 */

import type { MachineId } from "../../sep/server_api.ts";
import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import type { ListRecord, Write, Writer } from "../store/store.ts";
import { readList } from "./list_check.ts";
import type { PackedDocument } from "./packed_document.ts";

/** What is known of a list before it is read. */
export type KnownOfList = Pick<
  ListRecord,
  "machine" | "sha256" | "size" | "signature"
>;

/** Whom to give it to. */
export interface StagingOptions {
  readonly writer: Writer;
  /** The wall clock. */
  nowMs(): number;
  /** Some programs are in; a long list is not a hanging one. */
  moved(): void;
}

/**
 * Reads the document into the store; the list that is held now. The fault is a
 * whole sentence, and then nothing has changed.
 *
 * @throws what the disk and the store throw; nothing has changed.
 */
export async function stageList(
  document: PackedDocument,
  known: KnownOfList,
  options: StagingOptions,
): Promise<Outcome<ListRecord, string>> {
  const { machine } = known;
  const { writer } = options;
  let isWhole = false;
  try {
    // What an earlier list may have left.
    await writer.commit([{ kind: "list dropped", machine }]);
    const read = await readList(document, async (programs) => {
      await writer.commit([{ kind: "list part", machine, programs }]);
      options.moved();
    });
    if (!read.ok) return fault(read.fault);
    const { rest: programs, faults, distribution, count, rebootFor } =
      read.value;
    const atMs = options.nowMs();
    const list: ListRecord = {
      ...known,
      ...{ atMs, confirmedMs: atMs, faults, programs: count },
      distribution: distribution?.id ?? "",
      distributionVersion: distribution?.version ?? "",
      rebootFor,
    };
    const last: Write[] = programs.length === 0
      ? []
      : [{ kind: "list part", machine, programs }];
    await writer.commit([...last, { kind: "list", list }]);
    isWhole = true;
    return ok(list);
  } finally {
    if (!isWhole) await dropStaged(writer, machine);
  }
}

/** If it cannot: the next list's beginning does, and the server's next start. */
async function dropStaged(writer: Writer, machine: MachineId): Promise<void> {
  try {
    await writer.commit([{ kind: "list dropped", machine }]);
  } catch {
    // What went wrong with the store is told already.
  }
}
