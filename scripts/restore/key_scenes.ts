/**
 * A key is lost: the fleet's own, or a publisher's. What goes on, what does
 * not, and the way out.
 *
 * @module
 */

import { check, told } from "../lan/lan_test.ts";
import type { Stage } from "./stage.ts";

/** Without the fleet key all goes on but what it alone can sign. */
export async function fleetKeyIsLost(stage: Stage): Promise<void> {
  const site = await stage.site("srv");
  await site.init();
  await site.start();
  const m1 = await stage.machine("m1", site);
  const key = `${site.directory}/keys/fleet.key`;
  const saved = `${stage.directory}/stick.key`;
  await Deno.rename(key, saved);
  await site.restart();
  await site.alive(m1.host);
  await stage.publish(site, "1.0");
  await site.ok("install", "editor", "--on", "m1", "--wait");
  for (const args of [["delegate"], ["publishers", "renew"]]) {
    const said = await site.refused(...args);
    check(/fleet\.key/.test(said), `${args} names no key: ${said}`);
  }
  told("the fleet key is away: orders and packages go on, delegate does not");
  // It was saved.
  await Deno.copyFile(saved, key);
  await Deno.chmod(key, 0o600);
  await site.ok("delegate");
  await site.restart();
  await site.alive(m1.host);
  told("the fleet key comes from the stick: the server has a new key");
  // It was not: another fleet, and each machine is touched once.
  const other = await stage.site("other");
  await other.init();
  await site.stop();
  await m1.stop();
  await other.start();
  const again = stage.agent(m1.host, other, "m1-anew");
  await other.alive(m1.host);
  await again.stop();
  told("the fleet key is lost for good: a new fleet, joined by hand");
}

/** Another publisher takes its place; the lost key is worth nothing. */
export async function publisherKeyIsLost(stage: Stage): Promise<void> {
  const site = await stage.site("srv");
  await site.init();
  await site.start();
  const m1 = await stage.machine("m1", site);
  await stage.publish(site, "1.0");
  const key = `${site.directory}/keys/publisher.key`;
  const { publishers: [lost] } = await site.json<
    { publishers: { key: string }[] }
  >("publishers");
  // Whoever found it signs with it.
  const found = await stage.pack(site, "6.6");
  await Deno.remove(key);
  const young = `${stage.directory}/young.key`;
  await site.ok("key", "new", young);
  const shown = await site.json<{ publicKey?: string; key?: string }>(
    ...["key", "show", young],
  );
  const publicKey = shown.publicKey ?? shown.key ?? "";
  await site.ok("publishers", "add", publicKey, "--names", "*", "--hooks");
  await site.ok("publishers", "revoke", lost?.key ?? "");
  await site.restart();
  const said = await site.refused("publish", found);
  check(/revoked|publisher/i.test(said), `publish says: ${said}`);
  const mended = await stage.pack(site, "2.0", "--key", young);
  await site.ok("publish", mended);
  await site.alive(m1.host);
  await site.ok("install", "editor", "--on", "m1", "--wait");
  const version = await m1.version("editor");
  check(version === "2.0", `m1 holds ${version}`);
  await site.ok("audit", "verify");
  told("the publisher's key is lost: revoked, and another one publishes");
}
