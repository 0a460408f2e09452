/**
 * The two endpoints of SeP and the datagrams of one who holds every key, and
 * keeps to no rule: absurd words, places, sessions and counters, signed
 * rightly. What comes back is silence or a lawful datagram; what is not signed
 * rightly is met with silence; and afterwards an honest peer is served.
 *
 * @module
 */

import type { Role } from "../../../lib/sep/words.ts";
import { Stage } from "../../../tests/sep/stage.ts";
import { Chance } from "../chance.ts";
import { MadPeer } from "../mad_peer.ts";
import type { Probe, Target } from "../target.ts";

/** A scene: everything in it follows from these. */
interface Scene {
  readonly seed: number;
  /** The role of who keeps to no rule. */
  readonly role: Role;
}

function probe(role: Role): Probe<Scene> {
  let last: MadPeer | null = null;
  return {
    draw: (chance) => ({ seed: chance.next(), role }),
    async check({ seed }) {
      const chance = new Chance(seed);
      const stage = new Stage({ seed: 1 + chance.below(1_000_000) });
      try {
        last = new MadPeer(stage, chance, role);
        await last.run();
      } finally {
        stage.close();
      }
      const { dropped } = role === "server"
        ? stage.machine.endpoint
        : stage.server;
      const installs = stage.machine.house.installs > 0 ? ", installed" : "";
      const ends = Object.keys(dropped).length > 2 ? "many drops" : "few drops";
      return last.answers > 4 ? `talked${installs}` : ends;
    },
    show: ({ seed }) => `scene ${seed}:\n    ${last?.said.join("\n    ")}`,
  };
}

/** The endpoints' targets. */
export const ENDPOINT_TARGETS: readonly Target[] = [
  {
    name: "machine-endpoint",
    about: "a machine answers a mad server lawfully or not at all",
    ends: ["talked", "talked, installed", "many drops"],
    costs: 100,
    open: () => Promise.resolve(probe("server")),
  },
  {
    name: "server-endpoint",
    about: "a server answers a mad machine lawfully or not at all",
    ends: ["talked", "many drops"],
    costs: 100,
    open: () => Promise.resolve(probe("machine")),
  },
];
