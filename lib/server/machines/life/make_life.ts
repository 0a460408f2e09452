/**
 * The desks of the life of machines, joined to the orders and the lists.
 *
 * @module
 */

import type { Lists } from "../../lists/lists.ts";
import type { OrderDesk } from "../../orders/order_desk.ts";
import { ExpectedDesk, type ExpectedDeskOptions } from "./expected_desk.ts";
import { LifeDesk, type LifeDeskOptions } from "./life_desk.ts";

/** What both need. */
export type LifeOptions =
  & Omit<LifeDeskOptions, "forgetLists" | "giveAgain">
  & ExpectedDeskOptions
  & {
    readonly lists: Pick<Lists, "forget">;
    readonly orders: Pick<OrderDesk, "give">;
  };

/** Makes them. */
export function makeLife(options: LifeOptions) {
  const { lists, orders } = options;
  const life = new LifeDesk({
    ...options,
    forgetLists: (machine) => lists.forget(machine),
    async giveAgain(order, machine) {
      const { verb, name, version, anytime, origin, expiresMs } = order;
      const what = verb === "collect" ? {} : { name, version };
      await orders.give(
        { verb, ...what, anytime, on: [machine.name] },
        {
          ...{ machines: [machine], origin, expiresMs },
          deadlineMs: order.deadlineMs ?? null,
        },
      );
    },
  });
  return { life, expected: new ExpectedDesk(options) };
}
