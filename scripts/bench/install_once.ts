/**
 * One package verified, unpacked and synced as an agent does it, in a process
 * of its own: `install_once.ts PACKAGE DIRECTORY`. Tells how long that took and
 * the most memory the process had, as JSON.
 *
 * @module
 */

import { realDisk } from "../../lib/host/real_disk.ts";
import { verifyPackageFile } from "../../lib/ieo/verify.ts";
import { toBase64Url } from "../../lib/trust/bytes.ts";
import { keyPairFromSeed } from "../../lib/trust/keys.ts";
import type { Outcome } from "../../lib/trust/outcome.ts";

const [path = "", directory = ""] = Deno.args;
const disk = realDisk();
const statement = await Deno.readFile(`${path}.sig`);
const { payload } = JSON.parse(new TextDecoder().decode(statement));
const ordered = JSON.parse(atob(payload));
const publishers = {
  format: 1 as const,
  version: 1,
  issued: "2026-01-01T00:00:00Z",
  expires: "2036-01-01T00:00:00Z",
  // The one that `pack_once.ts` signs with.
  publishers: [{
    key: toBase64Url(keyPairFromSeed(new Uint8Array(32).fill(1)).publicKey),
    names: ["*"],
    hooks: false,
  }],
  revoked: [],
};

const began = performance.now();
const stated = valueOf(
  await verifyPackageFile({ disk, path, statement, publishers, ordered }),
);
const { openPackage } = await import("../../lib/ieo/open.ts");
const opened = valueOf(await openPackage({ disk, path, statement: stated }));
await disk.makeDirectory(directory, { mode: 0o755 });
// As the agent does, which tells the server that it goes on.
valueOf(await opened.extract(directory, () => {}));
opened.close();
await disk.syncTree(directory);
const seconds = (performance.now() - began) / 1_000;

const status = await Deno.readTextFile("/proc/self/status");
const kib = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
console.log(JSON.stringify({ seconds, memoryMib: Math.round(kib / 1_024) }));

function valueOf<T, F>(outcome: Outcome<T, F>): T {
  if (outcome.ok) return outcome.value;
  throw new Error(`The package was refused: ${JSON.stringify(outcome.fault)}`);
}
