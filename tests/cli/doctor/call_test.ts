/** The call of `doctor` to a server: what it hears, and what it leaves. */

import { assertEquals } from "@std/assert";
import { callServers } from "../../../lib/cli/doctor/call.ts";
import { showAddress } from "../../../lib/host/datagrams.ts";
import { FakeRandomness } from "../../fakes/fake_randomness.ts";
import {
  delegate,
  FILTER_KEY,
  FLEET_KEY,
  keyOf,
  SERVER_AT,
} from "../../sep/props.ts";
import { onStage, type Stage } from "../../sep/stage.ts";

const NOBODY = { hostname: "10.0.0.99", port: 2013 };

function call(stage: Stage, delegation = stage.delegation) {
  const { clock, network } = stage;
  return stage.until(callServers({
    host: {
      clock,
      randomness: new FakeRandomness(7),
      datagrams: network.datagrams(),
    },
    fleetKey: FLEET_KEY.publicKey,
    filterKey: FILTER_KEY,
    delegation,
    from: { hostname: "10.0.0.50", port: 2013 },
    to: [SERVER_AT, NOBODY],
  }));
}

Deno.test("callServers tells which address brought an answer, N-16", () =>
  onStage({}, async (stage) => {
    const { answered, delegation } = await call(stage);
    assertEquals([...answered], [[showAddress(SERVER_AT), SERVER_AT]]);
    assertEquals(delegation, stage.delegation);
  }));

Deno.test("callServers enrols nobody and makes no session", () =>
  onStage({ machines: 0 }, async (stage) => {
    await call(stage);
    await stage.clock.advance(120_000);
    assertEquals(stage.house.introductions, []);
    assertEquals(stage.words().filter((word) => word === "M identifie"), []);
  }));

Deno.test("callServers believes a newer delegation that the owner has signed, K-06", () =>
  onStage({}, async (stage) => {
    const old = stage.delegation;
    stage.restartServer(keyOf(77));
    const { answered, delegation } = await call(stage, old);
    assertEquals(answered.size, 1);
    assertEquals(delegation.serial, stage.delegation.serial);
  }));

Deno.test("callServers does not believe a server that was replaced, K-05", () =>
  onStage({}, async (stage) => {
    const newer = delegate(keyOf(77), stage.delegation.serial + 1n);
    const { answered, dropped } = await call(stage, newer);
    assertEquals(answered.size, 0);
    assertEquals((dropped.key ?? 0) + (dropped.signature ?? 0) > 0, true);
  }));

Deno.test("callServers calls again when a datagram is lost, C-01", () =>
  onStage({}, async (stage) => {
    let lost = 0;
    stage.network.fate = () => lost++ < 2 ? 0 : 1;
    const { answered } = await call(stage);
    assertEquals(answered.size, 1);
  }));
