/**
 * The command line's way to the running server: the local HTTP API of
 * `lib/server/shapes/api_schema.ts`, through the port and token that the server
 * leaves in `api.json`. What comes back is checked before it is used, and what
 * goes wrong becomes one sentence and an exit code.
 *
 * @module
 */

import type { z } from "zod";
import type { Clock } from "../host/clock.ts";
import type { Host } from "../host/host.ts";
import { readPrivateFile } from "../host/private_file.ts";
import {
  type ApiFile,
  apiFileSchema,
  downgradeSchema,
  errorSchema,
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
} from "../server/shapes/api_schema.ts";
import { fromUtf8, toBase64Url } from "../trust/bytes.ts";
import type { ExitName } from "./exit_codes.ts";
import { CliFailure } from "./failure.ts";
import { asked } from "./suggestion.ts";

/** Long enough for a table of 10,000 machines on a busy server. */
const DEADLINE_MS = 30_000;

const API_FILE_BYTES_MAX = 4_096;

/** A request, in the few words that they all need. */
interface Call {
  readonly method?: "GET" | "POST";
  readonly path: string;
  /** A value for JSON, or bytes as they are. */
  readonly json?: unknown;
  readonly bytes?: ReadableStream<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Null for a request that takes as long as it takes. */
  readonly deadlineMs?: number | null;
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
    return this.#ask({ path: "/v1/status" }, statusSchema);
  }

  machines(on: readonly string[]) {
    const query = new URLSearchParams(on.map((where) => ["on", where]));
    const path = on.length === 0 ? "/v1/machines" : `/v1/machines?${query}`;
    return this.#ask({ path }, machinesSchema);
  }

  approve(on: readonly string[]) {
    return this.#post("/v1/machines/approve", { on }, machinesSchema);
  }

  revoke(on: readonly string[]) {
    return this.#post("/v1/machines/revoke", { on }, machinesSchema);
  }

  rename(machine: string, name: string) {
    return this.#post("/v1/machines/rename", { machine, name }, machineSchema);
  }

  list(machine: string) {
    const path = `/v1/machines/${encodeURIComponent(machine)}/list`;
    return this.#ask({ path }, machineListSchema);
  }

  programs() {
    return this.#ask({ path: "/v1/programs" }, programsSchema);
  }

  /** Sends a package; the stream is read as fast as the server takes it. */
  publish(bytes: ReadableStream<Uint8Array>, statement: Uint8Array) {
    return this.#ask({
      method: "POST",
      path: "/v1/programs",
      bytes,
      headers: { [STATEMENT_HEADER]: toBase64Url(statement) },
      deadlineMs: null,
    }, programSchema);
  }

  /** Sends a downgrade statement. */
  publishDowngrade(statement: Uint8Array<ArrayBuffer>) {
    return this.#ask({
      method: "POST",
      path: "/v1/downgrades",
      bytes: new Blob([statement]).stream(),
    }, downgradeSchema);
  }

  order(body: OrderBody) {
    return this.#post("/v1/orders", body, orderSchema);
  }

  /** What the order would do; nothing is ordered. */
  plan(body: OrderBody) {
    return this.#post("/v1/orders/plan", body, planSchema);
  }

  orders(limit: number) {
    return this.#ask({ path: `/v1/orders?limit=${limit}` }, ordersSchema);
  }

  orderOf(id: number) {
    return this.#ask({ path: `/v1/orders/${id}` }, orderSchema);
  }

  cancel(id: number) {
    return this.#post(`/v1/orders/${id}/cancel`, {}, orderSchema);
  }

  #post<T extends z.ZodType>(path: string, json: unknown, schema: T) {
    return this.#ask({ method: "POST", path, json }, schema);
  }

  async #ask<T extends z.ZodType>(call: Call, schema: T): Promise<z.infer<T>> {
    // Read anew each time: a server that was restarted has another token.
    const { port, token } = await this.#readApiFile();
    const { signal, done } = deadline(
      this.#host.clock,
      call.deadlineMs === undefined ? DEADLINE_MS : call.deadlineMs,
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
      throw this.#notRunning(error);
    }
  }

  async #readApiFile(): Promise<ApiFile> {
    const path = this.#apiFilePath;
    const { disk } = this.#host;
    if (await disk.stat(path) === null) throw this.#notRunning();
    const bytes = await readPrivateFile(disk, path, API_FILE_BYTES_MAX);
    try {
      return apiFileSchema.parse(JSON.parse(fromUtf8(bytes) ?? ""));
    } catch (error) {
      throw new CliFailure(
        "notRunning",
        `Cannot reach the server: "${path}" is not a file that it wrote`,
        {
          advice: ["Start the server again; it writes the file anew"],
          cause: error,
        },
      );
    }
  }

  #notRunning(cause?: unknown): CliFailure {
    return new CliFailure("notRunning", "The server is not running", {
      advice: [
        "Start it with: flottille-server run",
        `(its address would stand in ${this.#apiFilePath})`,
      ],
      cause,
    });
  }
}

/** A signal that fires at the deadline, and how to let go of its timer. */
function deadline(
  clock: Clock,
  deadlineMs: number | null,
): { signal: AbortSignal; done: () => void } {
  const controller = new AbortController();
  const done = deadlineMs === null
    ? () => {}
    : clock.after(deadlineMs, () => controller.abort());
  return { signal: controller.signal, done };
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return null; // The schema says what is wrong with that.
  }
}

const EXIT_BY_STATUS: Readonly<Record<number, ExitName>> = {
  400: "usage",
  401: "notRunning",
  404: "notFound",
  409: "refused",
  413: "refused",
  422: "refused",
};

function refusal(status: number, answer: unknown): CliFailure {
  const exit = EXIT_BY_STATUS[status] ?? "fault";
  const body = errorSchema.safeParse(answer);
  if (!body.success) {
    const sentence = `The server answered with status ${status} and no reason`;
    return new CliFailure(exit, sentence);
  }
  const { error, nearest = [], details = [] } = body.data;
  const near = error.includes("did you mean") ? null : asked(nearest);
  const advice = near === null ? details : [...details, near];
  return new CliFailure(exit, error, { advice });
}
