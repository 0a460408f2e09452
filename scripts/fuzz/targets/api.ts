/**
 * The local API with a real store, a catalogue and a fleet behind it: any
 * request gets an answer that is no inner error, and what is refused is
 * refused in a sentence. Without the token nothing is told.
 *
 * @module
 */

import { makeApi } from "../../../lib/server/api/api.ts";
import { realHost } from "../../../lib/host/real.ts";
import { MachineDesk } from "../../../lib/server/machines/machine_desk.ts";
import { GroupDesk } from "../../../lib/server/groups/group_desk.ts";
import { RolloutDesk } from "../../../lib/server/rollouts/rollout_desk.ts";
import {
  errorSchema,
  EXPORT_FORMATS,
  STATEMENT_HEADER,
  VERBS,
} from "../../../lib/server/shapes/api_schema.ts";
import { toBase64Url, utf8 } from "../../../lib/trust/bytes.ts";
import { ApiBench, publish } from "../../../tests/server/api/api_bench.ts";
import { absurd, type Json } from "../absurd_json.ts";
import type { Chance } from "../chance.ts";
import { mutate } from "../mutate.ts";
import { demand, type Probe, type Target } from "../target.ts";

const TOKEN = "a".repeat(43);
const MACHINES = ["ada", "grace", "room-1", "room-2"];

/** One request, before it is one. */
interface Asked {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer> | null;
}

const WORDS = [
  ...MACHINES,
  ...["all", "room-*", "*", "ad", "hello", "tool", "1.0", "2.0", "1", "0"],
  ...["-1", "1001", "9007199254740992", "1e3", "system=linux", "has:hello"],
  ...["2026-11-01T14:30:00Z", "2026-02-30T00:00:00Z", "%00", "%ff", "..", "é"],
  ...["%2e%2e%2f", "\u{1f600}", "'; DROP TABLE machines; --", "a%", "_", ""],
  ...["__proto__", "constructor", "x".repeat(300), "\u202e", "{", "[["],
  ...EXPORT_FORMATS,
];

/** Every route, with what it may be asked; `?` stands for a word. */
const ROUTES: readonly (readonly [string, string, Json?])[] = [
  ["GET", "/v1/status"],
  ["GET", "/v1/machines"],
  ["GET", "/v1/machines?on=?"],
  ["GET", "/v1/machines?on=?&on=?"],
  ["POST", "/v1/machines/approve", { on: ["ada"] }],
  ["POST", "/v1/machines/revoke", { on: ["room-2"] }],
  ["POST", "/v1/machines/rename", { machine: "room-1", name: "hall" }],
  ["GET", "/v1/machines/?/list"],
  ["GET", "/v1/machines/?/list?at=?"],
  ["GET", "/v1/machines/?/lists"],
  ["GET", "/v1/machines/?/document"],
  ["GET", "/v1/programs"],
  ["POST", "/v1/programs", "x"],
  ["POST", "/v1/downgrades", "x"],
  ["POST", "/v1/orders", { verb: "install", name: "hello", on: ["ada"] }],
  ["POST", "/v1/orders", {
    ...{ verb: "ensure", name: "hello", version: "1.0" },
    on: ["all"],
  }],
  ["POST", "/v1/orders/plan", { verb: "update", name: "hello", on: ["all"] }],
  ["GET", "/v1/orders"],
  ["GET", "/v1/orders?limit=?"],
  ["GET", "/v1/orders/?"],
  ["POST", "/v1/orders/?/cancel", {}],
  ["GET", "/v1/diff?from=?&to=?"],
  ["GET", "/v1/diff?from=?&to=?&fromAt=?&toAt=?"],
  ["GET", "/v1/who-has?program=?"],
  ["GET", "/v1/who-has?program=?&not=?&on=?"],
  ["GET", "/v1/inventory/programs"],
  ["POST", "/v1/inventory/holders", { numbers: [0, 1, 2] }],
  ["GET", "/v1/export?format=?"],
  ["GET", "/v1/export?format=?&on=?"],
];

const METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"];

function draw(chance: Chance): Asked {
  const [method, template, good] = chance.pick(ROUTES);
  const word = () => {
    const text = chance.pick(WORDS);
    // As it stands, or as a client would write it.
    return chance.oneIn(3) ? text : encodeURIComponent(text);
  };
  const path = template.replaceAll("?", (_, at: number) =>
    // The first mark of a query is none.
    /^\?[a-zA-Z]+=/.test(template.slice(at)) ? "?" : word());
  const isOther = chance.oneIn(30);
  return {
    method: isOther ? chance.pick(METHODS) : method,
    path: chance.oneIn(30) ? `${path}/${word()}` : path,
    headers: headersFor(chance),
    body: good === undefined ? null : bodyFor(good, chance),
  };
}

function headersFor(chance: Chance): Record<string, string> {
  const authorization = chance.oneIn(20)
    ? chance.pick(["", "Bearer", `bearer ${TOKEN}`, `Bearer ${TOKEN}x`, TOKEN])
    : `Bearer ${TOKEN}`;
  const type = chance.pick(["application/json", "text/plain", "x/\u00e9"]);
  const statement = chance.oneIn(2)
    ? toBase64Url(chance.bytes(chance.length(400)))
    : chance.pick(["", "AAAA", "=", "e30"]);
  return {
    authorization,
    "content-type": type,
    [STATEMENT_HEADER]: statement,
  };
}

function bodyFor(good: Json, chance: Chance): Uint8Array<ArrayBuffer> {
  if (chance.oneIn(300)) return utf8(JSON.stringify("x".repeat(200_000)));
  let value = good;
  if (typeof good === "object" && good !== null && "verb" in good) {
    if (chance.oneIn(2)) value = { ...good, verb: chance.pick(VERBS) };
    if (chance.oneIn(2)) {
      value = { ...value as object, on: [chance.pick(WORDS)] };
    }
  }
  if (chance.oneIn(2)) value = absurd(value, chance);
  const bytes = utf8(JSON.stringify(value));
  const material = { others: [bytes], tokens: TOKENS, bytesMax: 200_000 };
  return chance.oneIn(6) ? mutate(bytes, chance, material) : bytes;
}

const TOKENS = ['"on":', "[", "]", "{", "}", "null", '"\\ud800"', "1e999"]
  .map(utf8);

/** A server with machines and programs, until it is closed. */
async function openBench(): Promise<
  { readonly bench: ApiBench; close(): Promise<void> }
> {
  const opened = Promise.withResolvers<ApiBench>();
  const closed = Promise.withResolvers<void>();
  const over = ApiBench.run(async (bench) => {
    opened.resolve(bench);
    await closed.promise;
  });
  over.catch(opened.reject);
  const bench = await opened.promise;
  await bench.enrol(...MACHINES);
  await publish(bench);
  await publish(bench, { version: "2.0", serial: 2 });
  await publish(bench, { name: "tool" });
  return {
    bench,
    close: async () => {
      closed.resolve();
      await over;
    },
  };
}

async function open(): Promise<Probe<Asked>> {
  const { bench, close } = await openBench();
  const { parts, endpoint, inventory } = bench;
  const errors: string[] = [];
  endpoint.script = (_, { word }) =>
    word === "possede" ? { kind: "missing" } : null;
  const api = makeApi({
    token: TOKEN,
    log: (level, message, facts) => {
      if (level === "error") errors.push(`${message} ${facts?.["error"]}`);
    },
    ...parts,
    rollouts: new RolloutDesk({
      ...{ ...parts, store: bench.store, clock: realHost().clock },
    }),
    status: () => ({
      version: "test",
      fleet: "AAAAAAAAAAA",
      machines: parts.registry.counts(),
      ordersWaiting: parts.dispatcher.openOrders,
      startedAt: "2013-06-01T12:00:00.000Z",
    }),
    groups: new GroupDesk({ ...parts, faultOfWindow: () => null }),
    inventory,
    machines: new MachineDesk({
      ...parts,
      forgetSession: (id) => endpoint.forgetSession(id),
      greet: () => {},
    }),
  });
  return {
    draw,
    close,
    show: ({ method, path, headers, body }) =>
      `${method} ${path} ${JSON.stringify(headers)} ` +
      JSON.stringify(body === null ? "" : new TextDecoder().decode(body)),
    async check(asked) {
      endpoint.asked.length = 0;
      const request = requestOf(asked);
      if (request === null) return "no request";
      const { status, text } = await answerOf(await api(request));
      demand(status < 500, `An inner error: ${text}`);
      demand(errors.length === 0, `An error was logged: ${errors[0]}`);
      const isKnown = request.headers.get("authorization") ===
        `Bearer ${TOKEN}`;
      demand(isKnown === (status !== 401), "The token was not looked at");
      // `HEAD` has no body.
      if (status >= 400 && asked.method !== "HEAD") {
        errorSchema.parse(JSON.parse(text));
      }
      return String(status);
    },
  };
}

/** Null when no client could send it. */
function requestOf({ method, path, headers, body }: Asked): Request | null {
  try {
    const hasBody = body !== null && method !== "GET" && method !== "HEAD";
    const init = { method, headers, ...(hasBody ? { body } : {}) };
    return new Request(`http://127.0.0.1:1${path}`, init);
  } catch {
    return null;
  }
}

async function answerOf(
  response: Response,
): Promise<{ readonly status: number; readonly text: string }> {
  return { status: response.status, text: await response.text() };
}

/** The target of the local API. */
export const API_TARGETS: readonly Target[] = [{
  name: "api",
  about: "any request gets an answer, and never an inner error",
  ends: ["200", "400", "401", "404", "409", "413", "422"],
  costs: 5,
  life: 5_000,
  open,
}];
