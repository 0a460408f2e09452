/**
 * The command line's way to the running server: the local HTTP API of
 * `lib/server/shapes/api_schema.ts`, through the port and token that the server
 * leaves in `api.json`. What comes back is checked before it is used, and what
 * goes wrong becomes one sentence and an exit code.
 *
 * @module
 */

import type { z } from "zod";
import type { Host } from "../host/host.ts";
import {
  copySchema,
  diffSchema,
  downgradeSchema,
  type ExportFormat,
  holdersSchema,
  LIST_SIGNATURE_HEADER,
  listDatesSchema,
  MACHINE_KEY_HEADER,
  machineListSchema,
  machineSchema,
  machinesSchema,
  type OrderBody,
  orderSchema,
  ordersSchema,
  planSchema,
  programSchema,
  programsSchema,
  STATEMENT_HEADER,
  statusSchema,
  whoHasSchema,
} from "../server/shapes/api_schema.ts";
import { fromBase64Url, toBase64Url } from "../trust/bytes.ts";
import { bodyOf, deadline, DEADLINE_MS, refusal } from "./api_answer.ts";
import { notRunning, readApiFile } from "./api_file.ts";
import { withQuery } from "./api_query.ts";
import type { DiffSide } from "./diff_sides.ts";
import { CliFailure } from "./failure.ts";

/** A request, in the few words that they all need. */
export interface Call {
  readonly method?: "GET" | "POST";
  readonly path: string;
  /** A value for JSON, or bytes as they are. */
  readonly json?: unknown;
  readonly bytes?: ReadableStream<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Null for a request that takes as long as it takes. */
  readonly deadlineMs?: number | null;
}

/** A list as it came, and what proves whose it is. */
export interface ListDocument {
  readonly bytes: ReadableStream<Uint8Array>;
  /** 64 bytes; null when the list came without. */
  readonly signature: Uint8Array | null;
  /** The machine's public key, 32 bytes; null when it was not told. */
  readonly machineKey: Uint8Array | null;
}

/** What the client needs of the host. */
export type ClientHost = Pick<Host, "http" | "disk" | "clock">;

/** Asks the running server. */
export class ApiClient {
  readonly #host: ClientHost;
  readonly #apiFilePath: string;

  /** @param apiFilePath Where the server leaves its port and token. */
  constructor(host: ClientHost, apiFilePath: string) {
    this.#host = host;
    this.#apiFilePath = apiFilePath;
  }

  status() {
    return this.ask({ path: "/v1/status" }, statusSchema);
  }

  machines(on: readonly string[]) {
    return this.ask(
      { path: withQuery("/v1/machines", { on }) },
      machinesSchema,
    );
  }

  approve(on: readonly string[]) {
    return this.post("/v1/machines/approve", { on }, machinesSchema);
  }

  revoke(on: readonly string[]) {
    return this.post("/v1/machines/revoke", { on }, machinesSchema);
  }

  rename(machine: string, name: string) {
    return this.post("/v1/machines/rename", { machine, name }, machineSchema);
  }

  /** The list as it is, or as it was at a moment (ISO 8601). */
  list(machine: string, at?: string) {
    const path = `/v1/machines/${encodeURIComponent(machine)}/list`;
    return this.ask({ path: withQuery(path, { at }) }, machineListSchema);
  }

  listDates(machine: string) {
    const path = `/v1/machines/${encodeURIComponent(machine)}/lists`;
    return this.ask({ path }, listDatesSchema);
  }

  /** The last list's own bytes, as they are stored. */
  async document(machine: string): Promise<ListDocument> {
    const path = `/v1/machines/${encodeURIComponent(machine)}/document`;
    const { headers, body } = await this.#stream(path);
    const read = (name: string) => {
      const text = headers.get(name) ?? "";
      return text === "" ? null : fromBase64Url(text);
    };
    return {
      bytes: body,
      signature: read(LIST_SIGNATURE_HEADER),
      machineKey: read(MACHINE_KEY_HEADER),
    };
  }

  diff(from: DiffSide, to: DiffSide) {
    const path = withQuery("/v1/diff", {
      from: from.machine,
      fromAt: from.at,
      to: to.machine,
      toAt: to.at,
    });
    return this.ask({ path }, diffSchema);
  }

  whoHas(
    program: string,
    { not, on }: { readonly not: boolean; readonly on: readonly string[] },
  ) {
    const path = withQuery("/v1/who-has", {
      program,
      not: not ? "1" : undefined,
      on,
    });
    return this.ask({ path }, whoHasSchema);
  }

  /** The fleet's inventory, as long as it is. */
  async export(format: ExportFormat, on: readonly string[]) {
    return (await this.#stream(withQuery("/v1/export", { format, on }))).body;
  }

  /** What the fleet has, a line of JSON (`FleetProgramView`) each. */
  async fleetPrograms() {
    return (await this.#stream("/v1/inventory/programs")).body;
  }

  /** Who has which of those lines. */
  holders(numbers: readonly number[]) {
    return this.post("/v1/inventory/holders", { numbers }, holdersSchema);
  }

  programs() {
    return this.ask({ path: "/v1/programs" }, programsSchema);
  }

  /** Sends a package; the stream is read as fast as the server takes it. */
  publish(bytes: ReadableStream<Uint8Array>, statement: Uint8Array) {
    return this.ask({
      method: "POST",
      path: "/v1/programs",
      bytes,
      headers: { [STATEMENT_HEADER]: toBase64Url(statement) },
      deadlineMs: null,
    }, programSchema);
  }

  /** Sends a downgrade statement. */
  publishDowngrade(statement: Uint8Array<ArrayBuffer>) {
    return this.ask({
      method: "POST",
      path: "/v1/downgrades",
      bytes: new Blob([statement]).stream(),
    }, downgradeSchema);
  }

  /** The server copies its store; that takes as long as it takes. */
  copyStore() {
    const call = { method: "POST", path: "/v1/store/copy", json: {} } as const;
    return this.ask({ ...call, deadlineMs: null }, copySchema);
  }

  order(body: OrderBody) {
    return this.post("/v1/orders", body, orderSchema);
  }

  /** What the order would do; nothing is ordered. */
  plan(body: OrderBody) {
    return this.post("/v1/orders/plan", body, planSchema);
  }

  orders(limit: number) {
    return this.ask({ path: `/v1/orders?limit=${limit}` }, ordersSchema);
  }

  orderOf(id: number) {
    return this.ask({ path: `/v1/orders/${id}` }, orderSchema);
  }

  cancel(id: number) {
    return this.post(`/v1/orders/${id}/cancel`, {}, orderSchema);
  }

  /** An answer that may be of any length, and is not looked at. */
  async #stream(path: string) {
    const { port, token } = await readApiFile(
      this.#host.disk,
      this.#apiFilePath,
    );
    const { signal, done } = deadline(this.#host.clock, DEADLINE_MS);
    try {
      const response = await this.#fetch(port, token, { path }, signal);
      if (!response.ok) {
        throw refusal(response.status, await bodyOf(response));
      }
      const body = response.body ?? new Blob([]).stream();
      return { headers: response.headers, body };
    } finally {
      done();
    }
  }
  /** For the calls of `api_*.ts`. */
  post<T extends z.ZodType>(path: string, json: unknown, schema: T) {
    return this.ask({ method: "POST", path, json }, schema);
  }
  /** The answer, checked. */
  async ask<T extends z.ZodType>(call: Call, schema: T): Promise<z.infer<T>> {
    // Read anew each time: a server that was restarted has another token.
    const { port, token } = await readApiFile(
      this.#host.disk,
      this.#apiFilePath,
    );
    const { signal, done } = deadline(
      this.#host.clock,
      call.deadlineMs,
    );
    try {
      const response = await this.#fetch(port, token, call, signal);
      const answer = await bodyOf(response);
      if (!response.ok) throw refusal(response.status, answer);
      const checked = schema.safeParse(answer);
      if (checked.success) return checked.data;
      throw new CliFailure(
        "fault",
        `Cannot read the server's answer to ${call.path}: ` +
          `${checked.error.issues[0]?.message ?? "it has another shape"}; ` +
          "are the running server and this command of one version?",
      );
    } finally {
      done();
    }
  }

  async #fetch(
    port: number,
    token: string,
    call: Call,
    signal: AbortSignal,
  ): Promise<Response> {
    const body = call.bytes ??
      (call.json === undefined ? null : JSON.stringify(call.json));
    const type = call.bytes === undefined
      ? "application/json"
      : "application/octet-stream";
    try {
      return await this.#host.http.fetch(
        `http://127.0.0.1:${port}${call.path}`,
        {
          method: call.method ?? "GET",
          headers: {
            authorization: `Bearer ${token}`,
            ...(body === null ? {} : { "content-type": type }),
            ...call.headers,
          },
          body,
          signal,
        },
      );
    } catch (error) {
      if (error instanceof CliFailure) throw error;
      if (signal.aborted) {
        throw new CliFailure(
          "fault",
          `The server did not answer ${call.path} within ` +
            `${DEADLINE_MS / 1_000} seconds`,
        );
      }
      throw notRunning(this.#apiFilePath, error);
    }
  }
}
