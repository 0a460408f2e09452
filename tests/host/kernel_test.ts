/** The kernel's settings, as it tells them and as it might. */

import { assert, assertEquals } from "@std/assert";
import { UNTOLD_SETTINGS } from "../../lib/host/kernel.ts";
import { realKernel } from "../../lib/host/real_kernel.ts";
import { testInDirectory } from "./in_directory.ts";

const LIMITS =
  `Limit                     Soft Limit           Hard Limit    Units
Max cpu time              unlimited            unlimited     seconds
Max open files            SOFT                 524288        files
`;

/** A test with a directory that stands in for /proc. */
function testWithProc(
  name: string,
  files: Readonly<Record<string, string>>,
  test: (proc: string) => void,
): void {
  testInDirectory(name, async (at) => {
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(at(path.slice(0, path.lastIndexOf("/"))), {
        recursive: true,
      });
      await Deno.writeTextFile(at(path), text);
    }
    test(at("."));
  });
}

testWithProc(
  "realKernel reads what a socket, the neighbours and a process have, F-12",
  {
    "sys/net/core/rmem_default": "212992\n",
    "sys/net/core/rmem_max": "4194304\n",
    "sys/net/ipv4/neigh/default/gc_thresh1": "128\n",
    "sys/net/ipv4/neigh/default/gc_thresh3": "1024\n",
    "self/limits": LIMITS.replace("SOFT", "1024"),
  },
  (proc) => {
    assertEquals(realKernel(proc).settings(), {
      receiveBufferBytes: 212_992,
      neighboursMax: 1_024,
      openFilesMax: 1_024,
    });
  },
);

testWithProc(
  "realKernel tells nothing where the system tells nothing, F-12",
  {},
  (proc) => assertEquals(realKernel(proc).settings(), UNTOLD_SETTINGS),
);

testWithProc(
  "realKernel tells nothing of what it cannot read, and the rest, F-12",
  {
    "sys/net/core/rmem_default": "much\n",
    "sys/net/ipv4/neigh/default/gc_thresh3": "4096\n",
    "self/limits": LIMITS.replace("SOFT", "unlimited"),
  },
  (proc) => {
    const settings = { ...UNTOLD_SETTINGS, neighboursMax: 4_096 };
    assertEquals(realKernel(proc).settings(), settings);
  },
);

Deno.test({
  name: "realKernel finds the receive buffer of this very kernel, F-12",
  ignore: Deno.build.os !== "linux",
  fn() {
    const { receiveBufferBytes, openFilesMax } = realKernel().settings();
    assert(receiveBufferBytes !== null && receiveBufferBytes > 2_000);
    assert(openFilesMax === null || openFilesMax > 16);
  },
});
