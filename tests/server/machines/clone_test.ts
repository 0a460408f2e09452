/**
 * A cloned machine on the network, from the first conflict to two machines of
 * the fleet: real endpoints, the registry and the desk (N-06).
 */

import { assertEquals } from "@std/assert";
import { silentLog } from "../../../lib/host/log.ts";
import { EnrolmentDesk } from "../../../lib/server/machines/enrolment_desk.ts";
import { Registry } from "../../../lib/server/machines/registry.ts";
import type {
  EnrolmentMode,
  MachineRecord,
} from "../../../lib/server/shapes/machine.ts";
import { enrolmentId } from "../../../lib/trust/enrolment.ts";
import type { KeyPair } from "../../../lib/trust/keys.ts";
import { MachineHouse, SECRET } from "../../sep/houses.ts";
import { keyOf, SERVER_AT } from "../../sep/props.ts";
import { type Actor, onStage, type Stage } from "../../sep/stage.ts";

/** Rounds of pings come every so often. */
const ROUND_MS = 60_000;

/** A machine's house whose secret is erased, as an enrolled one's is. */
class Enrolled extends MachineHouse {
  former: KeyPair | null = null;
  mac = "02:00:00:00:00:01";

  override self() {
    return { ...super.self(), macs: [this.mac] };
  }
  // A machine that was accepted holds no secret any more.
  override enrolment(): never {
    return null as never;
  }
  formerKey() {
    return this.former;
  }
}

interface Fleet {
  readonly stage: Stage;
  readonly registry: Registry;
  readonly desk: EnrolmentDesk;
  readonly original: Actor;
  readonly clone: Actor;
}

/** A fleet of one machine, and then the clone of its disk comes up. */
function withClone(
  { mode = "auto", mac }: { mode?: EnrolmentMode; mac: string },
  scene: (fleet: Fleet) => Promise<void>,
): Promise<void> {
  return onStage({}, async (stage) => {
    const { house, clock, machine: original } = stage;
    const writer = { commit: () => Promise.resolve() };
    const registry = new Registry({
      ...{ clock, writer, missedMax: 3, conflictMs: 3 * ROUND_MS },
      listAtMs: () => null,
      awake: () => {},
    }, []);
    const secret = { id: enrolmentId(SECRET), secret: SECRET };
    const desk = new EnrolmentDesk({
      ...{ clock, writer, registry, log: silentLog, mode, pendingMax: 10 },
      secrets: () => [{ ...secret, expiresMs: null, usesMax: null }],
      uses: new Map(),
    });
    Object.assign(house, {
      identify: desk.identify.bind(desk),
      conflict: registry.conflict.bind(registry),
      keyOf: (id: string) => registry.get(id)?.publicKey ?? null,
      heard: registry.heard.bind(registry),
      opened: registry.heard.bind(registry),
      addressOf: (id: string) => registry.get(id)?.address ?? null,
    });
    await stage.round();
    await stage.until(desk.approve(registry.records()));
    // Known, and its secret erased.
    const image = new Enrolled(stage.delegation);
    image.mac = mac;
    const clone = stage.addMachine({ key: original.key, house: image });
    await scene({ stage, registry, desk, original, clone });
  });
}

/** A ping to all, and then each machine's own to its server. */
async function round(stage: Stage, actors: readonly Actor[]): Promise<void> {
  await stage.round();
  for (const { endpoint } of actors) {
    await stage.until(endpoint.ping([SERVER_AT]));
    await stage.clock.advance(ROUND_MS / actors.length);
  }
}

/** Rounds until one of them is told to make a new key; at most so many. */
async function untilDouble({ stage }: Fleet, actors: readonly Actor[]) {
  for (let rounds = 0; rounds < 8; rounds++) {
    await round(stage, actors);
    for (const { house } of actors) {
      const double = house.standings.some((standing) =>
        standing.kind === "refused" && standing.reason === "double"
      );
      if (double) return house;
    }
  }
  throw new Error("Nobody was told to make a new key");
}

/** What an agent does that is told so: another key, the old one vouches. */
function rekey({ stage }: Fleet, actor: Actor, seed = 200): Actor {
  actor.endpoint.close();
  const house = new Enrolled(stage.delegation);
  house.former = actor.key;
  const { at } = actor;
  return stage.addMachine({ at, house, key: keyOf(seed) });
}

/** Name, state and lineage of each. */
function told({ registry }: Fleet): string[] {
  return registry.records().map((record: MachineRecord) => {
    const { name, state, clonedFrom = "" } = registry.view(record);
    return `${name} ${state} ${clonedFrom}`.trim();
  });
}

Deno.test("A cloned machine makes a new key and both are of the fleet, N-06", () =>
  withClone({ mac: "02:00:00:00:00:99" }, async (fleet) => {
    const { stage, original, clone, registry } = fleet;
    const house = await untilDouble(fleet, [original, clone]);
    assertEquals(house, clone.house, "the one that people know keeps its key");
    assertEquals(told(fleet), ["pc conflict"]);
    const anew = rekey(fleet, clone);
    await stage.round();
    assertEquals(anew.house.standings.at(-1), { kind: "accepted" });
    await round(stage, [original, anew]);
    assertEquals(told(fleet), ["pc alive", "pc-2 alive pc"]);
    assertEquals(registry.conflicts.has(original.id), false);
    assertEquals(original.house.standings.at(-1), { kind: "accepted" });
  }));

Deno.test("A clone with the same MAC address is not told apart, and one of both rekeys, N-06", () =>
  withClone({ mac: "02:00:00:00:00:01" }, async (fleet) => {
    const { stage, original, clone, registry } = fleet;
    const house = await untilDouble(fleet, [original, clone]);
    const [first, other] = house === clone.house
      ? [clone, original]
      : [original, clone];
    const anew = rekey(fleet, first);
    for (let rounds = 0; rounds < 3; rounds++) {
      await round(stage, [anew, other]);
    }
    assertEquals(anew.house.standings.at(-1), { kind: "accepted" });
    assertEquals(other.house.standings.at(-1), { kind: "accepted" });
    assertEquals(registry.conflicts.has(other.id), false);
  }));

Deno.test("A clone waits for the owner where he approves by hand, N-06", () =>
  withClone({ mac: "02:00:00:00:00:99", mode: "manual" }, async (fleet) => {
    const { stage, original, clone, desk, registry } = fleet;
    await untilDouble(fleet, [original, clone]);
    const anew = rekey(fleet, clone);
    await stage.round();
    assertEquals(told(fleet).at(-1), "pc-2 pending pc");
    const pending = registry.records().filter(({ id }) => id === anew.id);
    await stage.until(desk.approve(pending));
    // He has looked at it: it is a machine of its own.
    assertEquals(registry.get(anew.id)?.clonedFrom, undefined);
    assertEquals([...registry.familyOf([original.id])], [original.id]);
  }));

Deno.test("A copied key brings nobody in once its machine is revoked, N-06", () =>
  withClone({ mac: "02:00:00:00:00:99" }, async (fleet) => {
    const { stage, original, clone, desk, registry } = fleet;
    // Whoever copied the key needs no conflict to use it.
    const first = rekey(fleet, clone);
    await stage.round();
    const second = rekey(fleet, first, 201);
    await stage.round();
    const family = registry.familyOf([original.id]);
    assertEquals([...family], [original.id, first.id, second.id]);
    await stage.until(desk.revoke(registry.records()));
    const late = rekey(fleet, second, 202);
    await stage.round();
    assertEquals(late.house.standings.at(-1), {
      ...{ kind: "refused", reason: "secret" },
    });
    assertEquals(registry.get(late.id), null);
  }));
