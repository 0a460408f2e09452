/**
 * Floods, and orders that end right meanwhile.
 *
 * @module
 */

import type { Flood } from "./attack_flood.ts";
import type { HostileLan } from "./hostile_lan.ts";
import { type GuiseFiles, pause } from "./hostile_stage.ts";
import { check, told } from "./lan_test.ts";

/** The widest answer of the server to one call, and the call that asks it. */
const ECHO_BYTES_MAX = 400;

/** Far more than any bucket forgives; what CI's processors can do besides. */
const JUNK = 10_000;
/** Calls of an insider; each costs the server a verified and a made signature. */
const PER_SECOND = 500;
/** How long a flood is on before the first order. */
const FILL_MS = 1_500;

export async function floodScenes(lan: HostileLan): Promise<void> {
  const insider = [lan.guise("an insider", { hasFilterKey: true })];
  const stranger = [lan.guise("who has heard the fleet's name", {})];
  const { thorough } = lan.test;
  // In honest ends' names: nobody must lose their voice by it.
  await flood(lan, "junk of machines", { guises: stranger, perSecond: JUNK });
  if (thorough) {
    await flood(lan, "junk of machines", { guises: stranger });
    await flood(lan, "junk of machines", { guises: stranger, perSecond: 400 });
    await flood(lan, "junk", {});
    await flood(lan, "half-open", { perSecond: 20_000 });
    await flood(lan, "identifie", { guises: insider, perSecond: PER_SECOND });
  }
  await flood(lan, "new machines", {
    guises: insider,
    different: thorough ? 100_000 : 3_000,
    perSecond: PER_SECOND,
  });
  await spareThirdParty(lan, insider);
}

/**
 * Not mended, so played by its name alone: answers to addresses where nobody is
 * wait in the kernel for ARP, some 170 fill the socket's send buffer, and every
 * machine's datagrams wait behind them, for seconds.
 */
export async function absentScene(lan: HostileLan): Promise<void> {
  await flood(lan, "absent machines", {
    guises: [lan.guise("an insider", { hasFilterKey: true })],
    perSecond: PER_SECOND,
  });
}

/** Whom the attacker names as the source must get nothing for it (F-08). */
async function spareThirdParty(
  lan: HostileLan,
  insider: readonly GuiseFiles[],
): Promise<void> {
  await lan.watch(lan.victim);
  await flood(lan, "victim", { perSecond: JUNK });
  const unheard = await lan.watched(lan.victim);
  check(unheard.length === 0, `${unheard.length} datagrams reached a victim`);
  await lan.watch(lan.victim);
  const { sent } = await flood(lan, "victim", {
    guises: insider,
    different: 500,
    perSecond: 200,
  });
  const heard = await lan.watched(lan.victim);
  check(
    heard.length <= sent && heard.every(({ bytes }) => bytes <= ECHO_BYTES_MAX),
    `${heard.length} datagrams of up to ` +
      `${Math.max(...heard.map(({ bytes }) => bytes))} bytes reached a ` +
      `victim for ${sent} calls`,
  );
  told(
    `a third party: 0 bytes by strangers; by who has the filter key ` +
      `${heard.length} answers for ${sent} calls`,
  );
}

async function flood(
  lan: HostileLan,
  flood: Flood,
  { perSecond = null, different = 2_000, guises = [] }: {
    readonly perSecond?: number | null;
    readonly different?: number;
    readonly guises?: readonly GuiseFiles[];
  },
) {
  const { nowMib } = await lan.memory();
  const victim = { mac: lan.victim.mac, ip: lan.victim.address };
  const report = await lan.attack(
    "flood",
    { flood, perSecond, different, guises, victim },
    async () => {
      // By now every bucket that this fills is full.
      await pause(FILL_MS);
      await lan.order(["m1"], ["ensure", "editor", "2.0"], { editor: "2.0" });
      await lan.order(["m1"], ["remove", "editor"], {});
    },
  );
  await lan.judge(flood);
  const mib = await lan.judgeMemory(flood, nowMib);
  told(
    `flood, ${flood}: ${report.sent} frames, ${report.perSecond}/s; ` +
      `orders end right; the server has ${mib} MiB`,
  );
  return report;
}
