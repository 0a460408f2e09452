/** What a machine knows of itself when a package asks. */

import { assertEquals } from "@std/assert";
import { readTargetFacts } from "../../lib/agent/target_facts.ts";
import { DISK, withDirectory } from "../ieo/samples.ts";

const machine = {
  facts: () => ({
    hostName: "pc",
    system: "linux",
    architecture: "x86_64",
    interfaces: [],
  }),
};

async function factsOf(osRelease: string | null) {
  return await withDirectory(async (root) => {
    await Deno.mkdir(`${root}/etc`);
    if (osRelease !== null) {
      await Deno.writeTextFile(`${root}/etc/os-release`, osRelease);
    }
    const { distribution, distributionVersion, ...rest } =
      await readTargetFacts({ machine, disk: DISK }, root);
    assertEquals(rest, { os: "linux", architecture: "x86_64" });
    return [distribution, distributionVersion];
  });
}

Deno.test("readTargetFacts tells the distribution and its VERSION_ID", async () => {
  const debian = 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n';
  assertEquals(await factsOf(debian), ["debian", "12"]);
  assertEquals(await factsOf("ID=alpine\nVERSION_ID=3.19.1\n"), [
    "alpine",
    "3.19.1",
  ]);
});

Deno.test("readTargetFacts says nothing where it knows nothing", async () => {
  assertEquals(await factsOf(null), ["", ""]);
  assertEquals(await factsOf("\0\xff"), ["", ""]);
  // A release that has a name only is in no range of versions.
  assertEquals(await factsOf("ID=debian\nVERSION_CODENAME=sid\n"), [
    "debian",
    "",
  ]);
});
