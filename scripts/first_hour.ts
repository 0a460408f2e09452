/**
 * Writes `docs/first-hour.md` again by running every command of it for real:
 * `deno task first-hour`. Machines are agents on loopback addresses; the
 * program is a real one from npm. With `--executables` the commands are what
 * `deno task compile` made.
 *
 * @module
 */

import { FIRST_HOUR } from "./kit/first_hour_parts.ts";
import { fromDist, fromSources } from "./kit/programs.ts";
import { putPrograms, Transcript } from "./kit/transcript.ts";

const PAGE = new URL("../docs/first-hour.md", import.meta.url).pathname;

/** In the place of the MAC addresses of whatever computer it ran on. */
const MAC = "02:00:00:00:00:01";

const directory = await Deno.makeTempDir({ prefix: "flottille-hour-" });
const transcript = new Transcript({
  ...{ directory, home: "~/school" },
  tidy: (text) => text.replaceAll(/\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\b/g, MAC),
});
try {
  const executables = Deno.args.includes("--executables");
  await putPrograms(directory, executables ? fromDist() : fromSources());
  await transcript.play(FIRST_HOUR);
} catch (error) {
  console.error(transcript.page);
  throw error;
} finally {
  await transcript.end();
  await Deno.remove(directory, { recursive: true });
}
await Deno.writeTextFile(PAGE, transcript.page);
console.log(`Wrote docs/first-hour.md, ${transcript.lines.length} blocks`);
