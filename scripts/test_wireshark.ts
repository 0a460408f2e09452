/**
 * The Wireshark dissector, on a recorded session: `deno task test:wireshark`
 * (Linux, root, tshark). A machine is discovered and a program installed while
 * tshark records; then tshark takes the recording apart.
 *
 * @module
 */

import { WORDS } from "../lib/sep/words.ts";
import { Capture } from "./kit/capture.ts";
import { Lan } from "./kit/lan.ts";
import { LanFleet } from "./kit/lan_fleet.ts";
import { run } from "./kit/process.ts";
import { fromSources } from "./kit/programs.ts";

const SCRIPT = new URL("../docs/wireshark/flottille.lua", import.meta.url);

function demand(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new Error(sentence);
  console.log(`  ${sentence}`);
}

/** Discovery, a question, an install, another version that is not there. */
async function record(lan: Lan, directory: string): Promise<string> {
  const bridge = await lan.makeSwitch("sw");
  const server = await lan.makeHost("srv", {
    bridge,
    address: "10.81.0.1/24",
  });
  const machine = await lan.makeHost("m1", {
    bridge,
    address: "10.81.0.11/24",
  });
  const programs = fromSources();
  const fleet = await LanFleet.make({ programs, directory, server });
  const { namespace, device } = server;
  const capture = await Capture.start({ namespace, device, directory });
  try {
    await fleet.startServer();
    fleet.startAgent("room-1", machine, []);
    await fleet.enrolled("room-1");
    await fleet.publish("1.0");
    await fleet.ok("install", "editor", "--on", "room-1", "--wait");
    await fleet.cli("has", "editor", "1.0+x", "--on", "room-1", "--wait");
    return await capture.file();
  } finally {
    await fleet.end();
  }
}

/** What tshark prints of the fields, a line for each datagram. */
async function fieldsOf(
  file: string,
  filter: string,
  ...fields: string[]
): Promise<string[]> {
  const { code, stdout, stderr } = await run([
    ...["tshark", "-n", "-X", `lua_script:${SCRIPT.pathname}`],
    ...["-r", file, "-Y", filter, "-T", "fields", "-E", "separator=|"],
    ...fields.flatMap((field) => ["-e", field]),
  ], { deadlineMs: 60_000 });
  if (code !== 0 || /Lua/.test(stderr)) throw new Error(stderr);
  return stdout.split("\n").filter((line) => line !== "");
}

async function read(file: string): Promise<void> {
  const words = new Set(await fieldsOf(file, "flottille", "flottille.word"));
  for (const word of ["ping", "echo", "identifiant", "install", "reussi"]) {
    demand(words.has(word), `tshark tells [${word}]`);
  }
  const unknown = [...words].filter((word) => !Object.hasOwn(WORDS, word));
  demand(unknown.length === 0, "every datagram has a word of ours");
  const install = await fieldsOf(
    file,
    'flottille.word == "install"',
    ...["flottille.from_server", "flottille.arg.name"],
    ...["flottille.arg.version", "flottille.gloss"],
  );
  demand(
    /^(?:1|True)\|editor\|1\.0\|Install this$/.test(install[0] ?? ""),
    `[install] has its arguments by name: ${install[0]}`,
  );
  const asked = await fieldsOf(
    file,
    'flottille.arg.version contains "+"',
    "flottille.arg.version",
  );
  demand(asked.includes("1.0+x"), "an encoded argument is decoded: 1.0+x");
  const more = await fieldsOf(file, "flottille.arg.more", "flottille.body");
  demand(more.length === 0, "no argument is without a name");
  const bad = await fieldsOf(file, "flottille.malformed", "flottille.body");
  demand(bad.length === 0, "nothing is malformed");
  const tls = await fieldsOf(file, "tcp.port == 3615 && tls", "frame.number");
  demand(tls.length > 0, "SiP is shown as TLS");
}

async function main(): Promise<number> {
  const lan = new Lan(`flw${Deno.pid}`);
  const directory = await Deno.makeTempDir({ prefix: "flottille-shark-" });
  try {
    await read(await record(lan, directory));
    console.log("\ntest:wireshark: ok");
    return 0;
  } catch (error) {
    const found = error instanceof Error ? error.stack : error;
    console.log(`\ntest:wireshark: ${found}`);
    return 1;
  } finally {
    await lan.end();
    await Deno.remove(directory, { recursive: true });
  }
}

if (import.meta.main) Deno.exit(await main());
