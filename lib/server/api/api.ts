/**
 * The local API: HTTP on loopback between the running server and its fronts.
 * Every request needs the token of `data/api.json`; every body is checked
 * against `api_schema.ts` and has a limit; every answer is JSON, but for the
 * documents and tables of the inventory.
 *
 * It decides nothing: the desks do, and throw an `ApiFault` for what cannot be
 * done.
 *
 * @module
 */

import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { type Log, sentenceOf } from "../../host/log.ts";
import { equalBytes, fromBase64Url, sha256, utf8 } from "../../trust/bytes.ts";
import { ApiFault } from "../shapes/api_fault.ts";
import {
  type ApiErrorBody,
  orderBodySchema,
  renameBodySchema,
  STATEMENT_HEADER,
  type StatusView,
  TEXT_LENGTH_MAX,
  WHERE_COUNT_MAX,
  whereBodySchema,
} from "../shapes/api_schema.ts";
import type { Catalogue } from "../programs/catalogue.ts";
import type { Downgrades } from "../programs/downgrades.ts";
import type { InventoryDesk } from "../inventory/inventory_desk.ts";
import type { MachineDesk } from "../machines/machine_desk.ts";
import type { OrderDesk } from "../orders/order_desk.ts";
import { Turns } from "../store/turns.ts";
import { StoreRefused } from "../store/store_guard.ts";
import { bodyOf } from "./api_body.ts";
import { numberOf, wholeNumber } from "./api_numbers.ts";
import type { GroupDesk } from "../groups/group_desk.ts";
import { addAudit } from "./audit_routes.ts";
import { addGroups } from "./group_routes.ts";
import { addLife, type LifeDesks } from "./life_routes.ts";
import { addRollouts } from "./rollout_routes.ts";
import { addSecrets } from "./secret_routes.ts";
import { addState } from "./state_routes.ts";
import { addStories } from "./story_routes.ts";
import { addWaking } from "./wake_routes.ts";
import { addInventory } from "./inventory_routes.ts";

/** Who answers the requests. */
export interface ApiOptions {
  readonly token: string;
  readonly log: Log;
  readonly machines: MachineDesk;
  readonly groups: GroupDesk;
  /** Who tells machines' stories; absent: nobody. */
  readonly stories?: Parameters<typeof addStories>[1];
  readonly orders: OrderDesk;
  readonly inventory: InventoryDesk;
  readonly catalogue: Pick<Catalogue, "publish" | "views">;
  readonly downgrades: Pick<Downgrades, "publish">;
  status(): StatusView;
  /** Who has orders go in waves; absent: nobody. */
  readonly rollouts?: Parameters<typeof addRollouts>[1];
  /** Who forgets, replaces and expects machines; absent: nobody. */
  readonly lives?: LifeDesks;
  /** Who keeps the desired state; absent: nobody. */
  readonly state?: Parameters<typeof addState>[1];
  /** The secrets by which machines join; absent: nobody asks for them. */
  readonly secrets?: Parameters<typeof addSecrets>[1];
  /** Who wakes machines; absent: nobody. */
  readonly waking?: Parameters<typeof addWaking>[1];
  /** Where the journal is read; absent: there is none. */
  readonly audit?: Parameters<typeof addAudit>[1];
  /** Copies the store; one copy at a time. Absent: it cannot be copied. */
  copyStore?(): Promise<void>;
}

/** Bytes of a JSON body: the longest lawful list of WHEREs fits. */
const BODY_BYTES_MAX = 2 * WHERE_COUNT_MAX * TEXT_LENGTH_MAX + 4_096;

/** Of the longest file of machines that are expected. */
const IMPORT_BYTES_MAX = 8 * 2 ** 20;

/** Orders in one answer. */
const ORDERS_MAX = 1_000;
const ORDERS_DEFAULT = 20;

/** The API as one function from request to answer. Never rejects. */
export function makeApi(
  options: ApiOptions,
): (request: Request) => Response | Promise<Response> {
  const app = new Hono();
  app.use(guard(options.token));
  addMachines(app, options);
  addGroups(app, options.groups, options.machines, limit);
  addPrograms(app, options);
  addOrders(app, options);
  addInventory(app, options.inventory, limit);
  app.get("/v1/status", (context) => context.json(options.status()));
  addAudit(app, options.audit);
  addStories(app, options.stories);
  addState(app, options.state, limitOfImport);
  addSecrets(app, options.secrets);
  addWaking(app, options.waking, limit);
  addLife(app, options.lives, { limit, limitOfImport });
  addRollouts(app, options.rollouts, limit);
  addCopy(app, options);
  app.notFound(({ req }) =>
    refusal(new ApiFault(404, `There is no ${req.method} ${req.path}`))
  );
  app.onError((error) => {
    if (error instanceof ApiFault) return refusal(error);
    if (error instanceof StoreRefused) {
      return refusal(new ApiFault(507, error.message));
    }
    options.log("error", "A request of the local API failed", {
      error: sentenceOf(error),
    });
    return Response.json({ error: sentenceOf(error) }, { status: 500 });
  });
  return (request) => app.fetch(request);
}

/** The same answer, after the same time, for no token and a wrong one. */
function guard(token: string) {
  const wanted = sha256(utf8(`Bearer ${token}`));
  return async (context: Context, next: () => Promise<void>) => {
    const given = context.req.header("authorization") ?? "";
    if (equalBytes(sha256(utf8(given)), wanted)) return await next();
    return refusal(
      new ApiFault(401, "The token is wrong: read data/api.json again"),
    );
  };
}

const limit = limitTo(BODY_BYTES_MAX);
const limitOfImport = limitTo(IMPORT_BYTES_MAX);

function limitTo(maxSize: number) {
  const sentence = `The body has more than ${maxSize} bytes`;
  const onError = () => refusal(new ApiFault(413, sentence));
  return bodyLimit({ maxSize, onError });
}

function addCopy(app: Hono, { copyStore }: ApiOptions): void {
  if (copyStore === undefined) return;
  const turns = new Turns();
  app.post("/v1/store/copy", limit, async (context) => {
    await turns.take("", copyStore);
    return context.json({});
  });
}

function addMachines(app: Hono, { machines }: ApiOptions): void {
  app.get("/v1/machines", async (context) => {
    const on = context.req.queries("on") ?? [];
    return context.json({ machines: await machines.find(on) });
  });
  app.post("/v1/machines/approve", limit, async (context) => {
    const { on } = await bodyOf(context, whereBodySchema);
    return context.json({ machines: await machines.approve(on) });
  });
  app.post("/v1/machines/revoke", limit, async (context) => {
    const { on } = await bodyOf(context, whereBodySchema);
    return context.json({ machines: await machines.revoke(on) });
  });
  app.post("/v1/machines/rename", limit, async (context) => {
    const { machine, name } = await bodyOf(context, renameBodySchema);
    return context.json(await machines.rename(machine, name));
  });
}

function addPrograms(app: Hono, { catalogue, downgrades }: ApiOptions): void {
  app.get(
    "/v1/programs",
    async (context) => context.json({ programs: await catalogue.views() }),
  );
  // Without a limit of its own: the statement says how many bytes may come.
  app.post("/v1/programs", async (context) => {
    const statement = fromBase64Url(context.req.header(STATEMENT_HEADER) ?? "");
    if (statement === null || statement.length === 0) {
      throw new ApiFault(
        400,
        `Cannot publish: the header "${STATEMENT_HEADER}" must hold the ` +
          "package's .sig file in base64url",
      );
    }
    const bytes = context.req.raw.body ?? new Blob([]).stream();
    const published = await catalogue.publish(statement, bytes);
    if (published.ok) return context.json(published.value);
    const { kind, error } = published.fault;
    throw new ApiFault(kind === "conflict" ? 409 : 422, error);
  });
  app.post("/v1/downgrades", limit, async (context) => {
    const statement = new Uint8Array(await context.req.arrayBuffer());
    const published = await downgrades.publish(statement);
    if (published.ok) return context.json(published.value);
    throw new ApiFault(422, published.fault);
  });
}

function addOrders(app: Hono, { orders }: ApiOptions): void {
  app.post(
    "/v1/orders",
    limit,
    async (context) =>
      context.json(await orders.give(await bodyOf(context, orderBodySchema))),
  );
  app.post(
    "/v1/orders/plan",
    limit,
    async (context) =>
      context.json(await orders.plan(await bodyOf(context, orderBodySchema))),
  );
  app.get("/v1/orders", async (context) => {
    const limit = wholeNumber(
      context.req.query("limit") ?? String(ORDERS_DEFAULT),
      ORDERS_MAX,
    );
    return context.json({ orders: await orders.last(limit) });
  });
  app.get(
    "/v1/orders/:id",
    async (context) => context.json(await orders.view(numberOf(context))),
  );
  app.post(
    "/v1/orders/:id/cancel",
    limit,
    async (context) => context.json(await orders.cancel(numberOf(context))),
  );
}

function refusal({ status, message, nearest, details }: ApiFault): Response {
  const body: ApiErrorBody = {
    error: message,
    ...(nearest.length === 0 ? {} : { nearest: [...nearest] }),
    ...(details.length === 0 ? {} : { details: [...details] }),
  };
  return Response.json(body, { status });
}
