/**
 * The routes of the local API for the life of machines: forgetting one, giving
 * its place to another, and expecting those who have not come yet.
 *
 * @module
 */

import type { Hono, MiddlewareHandler } from "hono";
import type { ExpectedDesk } from "../machines/life/expected_desk.ts";
import type { LifeDesk } from "../machines/life/life_desk.ts";
import {
  expectBodySchema,
  type ExpectedListView,
  type ImportedView,
  replaceBodySchema,
  type ReplacedView,
  unexpectBodySchema,
  whereBodySchema,
} from "../shapes/api_schema.ts";
import type { Order } from "../shapes/task.ts";
import { bodyOf } from "./api_body.ts";

/** Who answers. */
export interface LifeDesks {
  readonly life: Pick<LifeDesk, "forget" | "replace">;
  readonly expected: Pick<ExpectedDesk, "list" | "expect" | "drop">;
}

/** Adds them. */
export function addLife(
  app: Hono,
  desks: LifeDesks | undefined,
  limits: {
    readonly limit: MiddlewareHandler;
    /** A file of thousands of machines is more than a list of WHEREs. */
    readonly limitOfImport: MiddlewareHandler;
  },
): void {
  if (desks === undefined) return;
  const { life, expected } = desks;
  const { limit, limitOfImport } = limits;
  app.post("/v1/machines/forget", limit, async (context) => {
    const { on } = await bodyOf(context, whereBodySchema);
    const gone = await life.forget(on);
    return context.json({ machines: gone.map(({ name }) => name) });
  });
  app.post("/v1/machines/replace", limit, async (context) => {
    const body = await bodyOf(context, replaceBodySchema);
    const { machine, old, moved, left } = await life.replace(
      body.old,
      body.new,
    );
    return context.json(
      {
        machine: machine.name,
        old: old.name,
        moved: moved.map(viewOrder),
        left: left.map(({ order, why }) => ({ ...viewOrder(order), why })),
      } satisfies ReplacedView,
    );
  });
  const list = (): ExpectedListView => ({
    expected: expected.list().map((one) => ({
      ...one,
      groups: [...one.groups],
      tags: [...one.tags],
    })),
  });
  app.get("/v1/expected", (context) => context.json(list()));
  app.post("/v1/expected", limitOfImport, async (context) => {
    const body = await bodyOf(context, expectBodySchema);
    const settled = await expected.expect(body.expected);
    return context.json(
      {
        settled: settled.map(({ name }) => name),
        expected: expected.list().length,
      } satisfies ImportedView,
    );
  });
  app.post("/v1/expected/drop", limitOfImport, async (context) => {
    const { signs } = await bodyOf(context, unexpectBodySchema);
    await expected.drop(signs);
    return context.json(list());
  });
}

function viewOrder({ id, verb, name, version }: Order) {
  return { id, verb, name, version };
}
