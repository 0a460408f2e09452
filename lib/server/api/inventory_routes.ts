/**
 * The routes of the local API for what is installed where. Answers that may be
 * of any length are streams.
 *
 * @module
 */

import type { Hono, MiddlewareHandler } from "hono";
import { toBase64Url } from "../../trust/bytes.ts";
import type { InventoryDesk, ListAsked } from "../inventory/inventory_desk.ts";
import { ApiFault } from "../shapes/api_fault.ts";
import {
  EXPORT_FORMATS,
  type ExportFormat,
  holdersBodySchema,
  LIST_SIGNATURE_HEADER,
  MACHINE_KEY_HEADER,
  TEXT_LENGTH_MAX,
} from "../shapes/api_schema.ts";
import { bodyOf } from "./api_body.ts";

/** Adds them. */
export function addInventory(
  app: Hono,
  inventory: InventoryDesk,
  limit: MiddlewareHandler,
): void {
  app.get(
    "/v1/machines/:machine/list",
    async (context) =>
      context.json(
        await inventory.list(asked(context.req.param("machine"), {
          at: context.req.query("at"),
        })),
      ),
  );
  app.get(
    "/v1/machines/:machine/lists",
    async (context) =>
      context.json(await inventory.dates(context.req.param("machine"))),
  );
  app.get("/v1/machines/:machine/document", async (context) => {
    const { document, publicKey } = await inventory.document(
      context.req.param("machine"),
    );
    return new Response(document.read(), {
      headers: {
        "content-type": "application/vnd.cyclonedx+json; version=1.6",
        [LIST_SIGNATURE_HEADER]: toBase64Url(document.signature),
        [MACHINE_KEY_HEADER]: toBase64Url(publicKey),
      },
    });
  });
  app.get("/v1/diff", async (context) => {
    const { from, fromAt, to, toAt } = context.req.query();
    return context.json(
      await inventory.diff(
        asked(required("from", from), { at: fromAt }),
        asked(required("to", to), { at: toAt }),
      ),
    );
  });
  addFleet(app, inventory, limit);
}

function addFleet(
  app: Hono,
  inventory: InventoryDesk,
  limit: MiddlewareHandler,
): void {
  app.get("/v1/who-has", async (context) => {
    const program = required("program", context.req.query("program"));
    const not = flag("not", context.req.query("not"));
    const on = context.req.queries("on") ?? [];
    return context.json(await inventory.whoHas(program, { not, on }));
  });
  app.get(
    "/v1/inventory/programs",
    () => stream("application/jsonl", inventory.programs()),
  );
  app.post("/v1/inventory/holders", limit, async (context) => {
    const { numbers } = await bodyOf(context, holdersBodySchema);
    return stream("application/json", inventory.holders(numbers));
  });
  app.get("/v1/export", async (context) => {
    const format = formatOf(context.req.query("format"));
    const on = context.req.queries("on") ?? [];
    const { contentType, body } = await inventory.export(format, on);
    return stream(contentType, body);
  });
}

function stream(
  contentType: string,
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): Response {
  return new Response(body, { headers: { "content-type": contentType } });
}

function asked(
  machine: string,
  { at }: { readonly at: string | undefined },
): ListAsked {
  return { machine, atMs: at === undefined ? null : momentOf(at) };
}

/** Milliseconds since 1970 of an ISO 8601 moment with its zone. */
function momentOf(text: string): number {
  const ms = MOMENT.test(text) ? Date.parse(text) : NaN;
  if (Number.isFinite(ms)) return ms;
  throw new ApiFault(
    400,
    `"${text.slice(0, TEXT_LENGTH_MAX)}" is not a moment like ` +
      "2026-11-01T14:30:00Z",
  );
}

const MOMENT =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

function required(name: string, value: string | undefined): string {
  const length = value?.length ?? 0;
  if (value !== undefined && length > 0 && length <= TEXT_LENGTH_MAX) {
    return value;
  }
  throw new ApiFault(
    400,
    `The question needs "${name}", a text of 1 to ${TEXT_LENGTH_MAX} characters`,
  );
}

function flag(name: string, value: string | undefined): boolean {
  if (value === undefined || value === "0") return false;
  if (value === "1") return true;
  throw new ApiFault(400, `"${name}" is 1 or it is left out`);
}

function formatOf(value: string | undefined): ExportFormat {
  const format = EXPORT_FORMATS.find((known) => known === value);
  if (format !== undefined) return format;
  throw new ApiFault(
    400,
    `The question needs "format", one of ${EXPORT_FORMATS.join(", ")}`,
  );
}
