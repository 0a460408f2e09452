/**
 * Writes `docs/owners-day.md` again by running every command of it for real:
 * `deno task owners-day` (Linux, root, systemd's tools, tcpdump, npm, apt;
 * `deno task compile` before). Ten computers, each with a system and a place on
 * a LAN of its own; nothing outlives the script but the page.
 *
 * @module
 */

import { inOwnMounts } from "./kit/copied_system.ts";
import { DAY } from "./kit/day_parts.ts";
import { run } from "./kit/process.ts";
import { fromDist } from "./kit/programs.ts";
import { type Computer, Room } from "./kit/room.ts";
import { Transcript } from "./kit/transcript.ts";

const PAGE = new URL("../docs/owners-day.md", import.meta.url).pathname;

const FLEET = "/etc/flottille";

const COMPUTERS: readonly Computer[] = [
  { name: "server", address: "10.88.0.1/24", home: FLEET },
  { name: "spare", address: "10.88.0.2/24", home: FLEET },
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((number) => ({
    ...{ name: `pc-${number}`, address: `10.88.0.1${number}/24` },
    home: "/root",
  })),
];

async function must(command: readonly string[], directory: string) {
  const { code, stdout, stderr } = await run(command, { directory });
  if (code === 0) return;
  throw new Error(`${command.join(" ")}: ${stdout}${stderr}`);
}

/** The executables and two real programs: npm's semver, Debian's hello. */
async function fill(stick: string): Promise<void> {
  const { server: [server = ""], agent: [agent = ""] } = fromDist();
  await must(["cp", server, agent, "."], stick);
  // npm may need the certificates that our own programs refuse to run with.
  const { success } = await new Deno.Command("npm", {
    args: ["pack", "--silent", "semver@7.6.3", "semver@7.7.0"],
    ...{ cwd: stick, stdout: "null" },
  }).output();
  if (!success) throw new Error("npm pack failed");
  for (const version of ["7.6.3", "7.7.0"]) {
    await must(["tar", "-xzf", `semver-${version}.tgz`], stick);
    await must(["mv", "package", `semver-${version}`], stick);
    await must(["rm", `semver-${version}.tgz`], stick);
  }
  await must(["apt-get", "download", "-qq", "hello"], stick);
}

async function main(): Promise<number> {
  const directory = await Deno.makeTempDir({ prefix: "flottille-day-" });
  // apt downloads as a user of its own.
  await Deno.chmod(directory, 0o755);
  const room = new Room(directory);
  const transcript = new Transcript({
    ...{ directory, home: "/srv", places: room.places },
  });
  try {
    await room.make(COMPUTERS);
    await fill(room.stick);
    await transcript.play(DAY);
    await Deno.writeTextFile(PAGE, transcript.page);
    console.log(`Wrote docs/owners-day.md, ${transcript.lines.length} blocks`);
    return 0;
  } catch (error) {
    console.log(transcript.page);
    console.log(error instanceof Error ? error.stack : error);
    return 1;
  } finally {
    await transcript.end();
    await room.end();
    await Deno.remove(directory, { recursive: true });
  }
}

if (import.meta.main) {
  Deno.exit(await inOwnMounts(import.meta.filename, main));
}
