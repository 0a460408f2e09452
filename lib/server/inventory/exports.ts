/**
 * Exports of the whole inventory: of any length, in little memory, from what
 * the lists were at one moment. A few at once, and none for ever: as long as
 * one runs, no history is pruned.
 *
 * @module
 */

import type { Clock } from "../../host/clock.ts";
import { ApiFault } from "../shapes/api_fault.ts";
import type { ExportFormat } from "../shapes/api_schema.ts";
import type { MachineRecord } from "../shapes/machine.ts";
import type { ListStore, Snapshot } from "../store/store.ts";
import { csvExport } from "./export_csv.ts";
import { cyclonedxExport } from "./export_cyclonedx.ts";
import { jsonExport } from "./export_json.ts";
import type { ExportSource } from "./export_source.ts";
import { byName } from "./meant_machines.ts";
import { streamOf } from "./text_stream.ts";

/** An export under way. */
export interface ExportStream {
  readonly contentType: string;
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** What the exports need. */
export interface ExportsOptions {
  readonly store: Pick<ListStore, "snapshot">;
  readonly clock: Clock;
  /** An export that takes longer is broken off. */
  readonly durationMsMax?: number;
}

interface Form {
  readonly contentType: string;
  write(source: ExportSource): AsyncGenerator<string>;
}

const FORMS: Readonly<Record<ExportFormat, Form>> = {
  cyclonedx: {
    contentType: "application/vnd.cyclonedx+json; version=1.6",
    write: cyclonedxExport,
  },
  csv: { contentType: "text/csv; charset=utf-8", write: csvExport },
  json: { contentType: "application/json", write: jsonExport },
};

const RUNNING_MAX = 4;

/** 10,000 machines over a slow line, and whoever forgot that he asked. */
const DURATION_MS_MAX = 30 * 60_000;

/** All exports of a server. */
export class Exports {
  readonly #options: ExportsOptions;
  readonly #running = new Set<AbortController>();

  constructor(options: ExportsOptions) {
    this.#options = options;
  }

  /** Begins one. @throws {ApiFault} when too many run already. */
  async begin(
    format: ExportFormat,
    machines: readonly MachineRecord[],
  ): Promise<ExportStream> {
    if (this.#running.size >= RUNNING_MAX) {
      throw new ApiFault(
        409,
        `${RUNNING_MAX} exports run already; wait until one has ended`,
      );
    }
    const running = new AbortController();
    this.#running.add(running);
    try {
      const snapshot = await this.#options.store.snapshot();
      const { contentType, write } = FORMS[format];
      const source = this.#sourceOf(snapshot, machines);
      return {
        contentType,
        body: this.#stream(write(source), source, running),
      };
    } catch (error) {
      this.#running.delete(running);
      throw error;
    }
  }

  /** Breaks off what runs: the server stops. */
  close(): void {
    for (const running of this.#running) {
      running.abort(new Error("The server stops"));
    }
  }

  #sourceOf(
    snapshot: Snapshot,
    machines: readonly MachineRecord[],
  ): ExportSource {
    const { clock } = this.#options;
    const exported = machines.flatMap((machine) => {
      const list = snapshot.lists.get(machine.id);
      return list === undefined ? [] : [{ machine, list }];
    }).sort((a, b) => byName(a.machine, b.machine));
    return { machines: exported, snapshot, clock, nowMs: clock.wallMs() };
  }

  /** At its end, however it comes, the snapshot is closed. */
  #stream(
    texts: AsyncGenerator<string>,
    { snapshot, clock }: ExportSource,
    running: AbortController,
  ): ExportStream["body"] {
    const { durationMsMax = DURATION_MS_MAX } = this.#options;
    const cancel = clock.after(
      durationMsMax,
      () => running.abort(new Error("The export took too long")),
    );
    return streamOf(texts, {
      signal: running.signal,
      over: () => {
        cancel();
        snapshot.close();
        this.#running.delete(running);
      },
    });
  }
}
