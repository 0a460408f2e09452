/** Orders that explain themselves, over the local API. */

import { assertEquals, assertMatch } from "@std/assert";
import {
  orderSchema,
  type OrderView,
  storySchema,
  type StoryView,
} from "../../../lib/server/shapes/api_schema.ts";
import { testApi } from "./api_bench.ts";

const DAY_MS = 86_400_000;
const MONTH_S = 30 * 86_400;

/** A window that is shut for days, whenever this runs. */
function shutNow(): string {
  const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  return `${days[(new Date().getUTCDay() + 3) % 7]} 10:00-11:00 UTC`;
}

/** What the dispatcher finds is in the store a moment after the order. */
function isUntold({ open: [first] }: StoryView): boolean {
  return first?.task.nextTryAt === null;
}

testApi(
  "gives orders an expiry: the config's, another one, or none",
  async (bench) => {
    await bench.enrol("ada");
    const give = async (more: object) => {
      const body = {
        verb: "has",
        name: "x",
        version: "1",
        on: ["ada"],
        ...more,
      };
      return orderSchema.parse((await bench.post("/v1/orders", body)).body);
    };
    const spanS = ({ createdAt, expiresAt }: OrderView) =>
      (Date.parse(expiresAt ?? "") - Date.parse(createdAt)) / 1_000;
    assertEquals(spanS(await give({})), MONTH_S);
    assertEquals(spanS(await give({ expiresS: 60 })), 60);
    assertEquals((await give({ expiresS: null })).expiresAt, null);
    const never = { verb: "has", name: "x", version: "1", on: ["ada"] };
    const zero = await bench.post("/v1/orders", { ...never, expiresS: 0 });
    assertEquals(zero.status, 400);
  },
);

testApi(
  "lets no front say that a part of the server gave an order",
  async (bench) => {
    await bench.enrol("ada");
    const body = { verb: "collect", on: ["ada"] };
    const forged = await bench.post("/v1/orders", { ...body, origin: "state" });
    assertEquals(forged.status, 400);
    const { body: given } = await bench.post("/v1/orders", body);
    assertEquals(orderSchema.parse(given).origin, "");
    const own = await bench.parts.orders.give(
      { verb: "collect", on: ["ada"] },
      { origin: "state" },
    );
    const { body: seen } = await bench.get(`/v1/orders/${own.id}`);
    assertEquals(orderSchema.parse(seen).origin, "state");
  },
);

testApi(
  "tells why a machine waits: its groups' window, and what is behind what",
  async (bench) => {
    await bench.enrol("ada");
    const window = shutNow();
    const group = { name: "lab", isNew: true, add: ["ada"], windows: [window] };
    assertEquals((await bench.post("/v1/groups", group)).status, 200);
    const remove = { verb: "rollback", name: "editor", on: ["ada"] };
    const { body: first } = await bench.post("/v1/orders", remove);
    const { body: second } = await bench.post("/v1/orders", remove);
    const look = async () =>
      storySchema.parse((await bench.get("/v1/machines/ada/why")).body);
    let story = await look();
    for (let tries = 0; tries < 1_000 && isUntold(story); tries++) {
      story = await look();
    }
    assertEquals([story.windows, story.list, story.ended], [
      [window],
      null,
      [],
    ]);
    assertEquals(story.machine.groups, ["lab"]);
    const opensMs = Date.parse(story.opensAt ?? "");
    assertEquals(opensMs > Date.now() + DAY_MS, true);
    const [one, other] = story.open;
    assertEquals([one?.order.id, other?.order.id], [first.id, second.id]);
    assertMatch(one?.task.reason ?? "", /maintenance window/);
    assertEquals(Date.parse(one?.task.nextTryAt ?? ""), opensMs);
    assertEquals(
      other?.task.reason,
      `Waits for order ${first.id}, which is of the same program`,
    );
    assertEquals((await bench.get("/v1/machines/eve/why")).status, 404);
  },
);

testApi("takes no window that cannot be read", async (bench) => {
  await bench.enrol("ada");
  const group = { name: "lab", isNew: true, windows: ["at night"] };
  const { status, body } = await bench.post("/v1/groups", group);
  assertEquals(status, 400);
  assertMatch(body.error ?? "", /no window such as/);
});
