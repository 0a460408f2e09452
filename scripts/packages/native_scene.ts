/**
 * Native packages for real, on this machine's own dpkg: a `.deb` made here,
 * with a postinst, and one of Debian's own. Packed, published, installed,
 * updated, found by `has`, removed. Both are taken off this machine at the
 * end, whatever happens.
 *
 * @module
 */

import { run } from "../kit/process.ts";
import { demand, done, has, must, type Place } from "./place.ts";

/** Ours; nobody else's package is called so. */
const GREETER = "flottille-test-greeter";
/** Where its postinst leaves its mark. */
const MARK = `/var/lib/${GREETER}`;
/** Debian's. */
const HELLO = "hello";

/** Plays the scene. */
export async function nativeScene(place: Place): Promise<void> {
  console.log("\nA .deb made here, with a postinst");
  await refuseIfThere();
  try {
    await greeter(place);
    console.log("\nDebian's own hello");
    await hello(place);
  } finally {
    await run(["dpkg", "--purge", GREETER, HELLO]);
    await Deno.remove(MARK, { recursive: true }).catch(() => {});
  }
}

/** A package that somebody uses here is not ours to remove. */
async function refuseIfThere(): Promise<void> {
  for (const name of [GREETER, HELLO]) {
    if (await versionOf(name) === null) continue;
    throw new Error(`${name} is installed on this machine already; remove it`);
  }
}

async function greeter(place: Place): Promise<void> {
  const { fleet, directory } = place;
  for (const version of ["1.0-1", "2.0-1"]) {
    const deb = await makeDeb(directory, version);
    const file = `${directory}/${GREETER}-${version}.ieo`;
    await fleet.ok("pack", deb, "-o", file);
    await fleet.ok("publish", file);
  }
  for (const version of ["1.0-1", "2.0-1"]) {
    await done(place, "install", GREETER, version);
    demand(await versionOf(GREETER) === version, `dpkg has ${version}`);
    const mark = (await Deno.readTextFile(`${MARK}/version`)).trim();
    demand(mark === version, `the postinst of ${version} ran`);
    demand(await has(place, GREETER, version) === "oui", `[possede] says oui`);
  }
  await done(place, "rollback", GREETER);
  demand(
    await versionOf(GREETER) === "1.0-1",
    "rollback: dpkg has 1.0-1 again",
  );
  await done(place, "remove", GREETER);
  demand(await versionOf(GREETER) === null, "removed: dpkg has none");
  demand(await has(place, GREETER, "*") === "non", "[possede] says non");
}

async function hello(place: Place): Promise<void> {
  const { fleet, directory } = place;
  await must("sh", "-c", `cd "${directory}" && apt-get download -qq ${HELLO}`);
  const names = await Array.fromAsync(Deno.readDir(directory));
  const deb = names.find(({ name }) => /^hello_.*\.deb$/.test(name))?.name;
  demand(deb !== undefined, `apt-get has brought ${deb}`);
  const file = `${directory}/hello.ieo`;
  await fleet.ok("pack", `${directory}/${deb}`, "-o", file);
  await fleet.ok("publish", file);
  await done(place, "install", HELLO);
  const version = await versionOf(HELLO);
  demand(version !== null, `dpkg has hello ${version}`);
  demand((await must("hello")).includes("Hello"), "hello says Hello");
  demand(await has(place, HELLO, "*") === "oui", "[possede] says oui");
  await done(place, "remove", HELLO);
  demand(await versionOf(HELLO) === null, "removed: dpkg has none");
}

/** The version that dpkg has installed; null when it has none. */
async function versionOf(name: string): Promise<string | null> {
  const format = "${db:Status-Status} ${Version}";
  const { code, stdout } = await run(["dpkg-query", "-W", "-f", format, name]);
  const [status, version] = stdout.split(" ");
  return code === 0 && status === "installed" ? version ?? null : null;
}

async function makeDeb(directory: string, version: string): Promise<string> {
  const tree = `${directory}/deb-${version}`;
  await Deno.mkdir(`${tree}/DEBIAN`, { recursive: true });
  await Deno.mkdir(`${tree}/usr/share/${GREETER}`, { recursive: true });
  await Deno.writeTextFile(`${tree}/usr/share/${GREETER}/text`, version);
  await Deno.writeTextFile(
    `${tree}/DEBIAN/control`,
    [
      `Package: ${GREETER}`,
      `Version: ${version}`,
      `Architecture: all`,
      `Maintainer: Nobody <nobody@example.org>`,
      `Description: greets`,
      ` Made by a test, and of no use.`,
      ``,
    ].join("\n"),
  );
  await Deno.writeTextFile(
    `${tree}/DEBIAN/postinst`,
    `#!/bin/sh\nset -e\nmkdir -p ${MARK}\necho ${version} > ${MARK}/version\n`,
    { mode: 0o755 },
  );
  const deb = `${directory}/${GREETER}_${version}_all.deb`;
  await must("dpkg-deb", "--root-owner-group", "--build", tree, deb);
  return deb;
}
