/** The package URLs of each source's recordings, as another library has them. */

import { assert, assertEquals } from "@std/assert";
import { PackageURL } from "packageurl-js";
import { FaultList } from "../../../lib/peo/faults.ts";
import type { ListedProgram } from "../../../lib/peo/program.ts";
import { parseApkInstalled } from "../../../lib/peo/sources/apk_parser.ts";
import { flatpakProgram } from "../../../lib/peo/sources/flatpak_parser.ts";
import { homebrewProgram } from "../../../lib/peo/sources/homebrew_parser.ts";
import { parsePacmanDesc } from "../../../lib/peo/sources/pacman_parser.ts";
import { parseRpmQuery } from "../../../lib/peo/sources/rpm_parser.ts";
import { parseSnapList } from "../../../lib/peo/sources/snap_parser.ts";
import { fixture } from "./tool_root.ts";

const OF = { id: "fedora", version: "40" };

const RPM = "'libstdc++' 4 '1~rc1' '2^git' 'x86_64' (none) (none) 'MIT' " +
  "'gcc-1-2.src.rpm' 1700000000 5\n";

type Read = (faults: FaultList) => Promise<(ListedProgram | null)[]>;

// deno-fmt-ignore
const SOURCES: Readonly<Record<string, Read>> = {
  rpm: (faults) => Promise.resolve(parseRpmQuery(new TextEncoder().encode(RPM), OF, faults)),
  apk: async (faults) => parseApkInstalled(await fixture("apk/installed"), OF, faults),
  pacman: async (faults) => [parsePacmanDesc(await fixture("pacman/gmp-6.2.1-2/desc"), "gmp", OF, faults)],
  snap: async (faults) => parseSnapList(await fixture("snap/list.txt"), faults),
  flatpak: async (faults) => [flatpakProgram({ id: "org.example.H2", architecture: "x86_64", branch: "stable", deploy: await fixture("flatpak/app.deploy") }, faults)],
  homebrew: async (faults) => [homebrewProgram({ name: "openssl@3", version: "3.3.1_1", receipt: await fixture("homebrew/rclone.json"), formula: null }, faults)],
};

for (const [source, read] of Object.entries(SOURCES)) {
  Deno.test(`purl of ${source} is the one of packageurl-js`, async () => {
    const programs = await read(new FaultList(source));
    assert(programs.length > 0);
    for (const program of programs) {
      const text = program?.purl ?? "";
      assertEquals(PackageURL.fromString(text).toString(), text);
    }
  });
}
