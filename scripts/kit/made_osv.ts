/**
 * An export of vulnerabilities like OSV's, made up: one JSON record on a line,
 * as `flottille-server vulnerable --db FILE.jsonl` reads. Most records are of
 * programs that no made machine has, as in a real export; the first one says
 * that OpenSSL is mended in 3.0.15.
 *
 * @module
 */

import { baseName, draw } from "./made_programs.ts";

/** The first version of OpenSSL without the made vulnerability. */
export const OPENSSL_FIXED = "3.0.15-1~deb12u1";

/** One record in so many is of a program that every made machine has. */
const SHARED_EVERY = 20;

/** Writes so many records. */
export async function makeOsv(path: string, records: number): Promise<void> {
  const lines = [record(0, "openssl", OPENSSL_FIXED)];
  for (let number = 1; number < records; number++) {
    const isShared = number % SHARED_EVERY === 0;
    const name = isShared
      ? baseName(draw("osv", number) % 1_000)
      : `elsewhere-${draw("osv", number) % 30_000}`;
    lines.push(record(number, name, `${1 + number % 9}.1.0-1`));
  }
  await Deno.writeTextFile(path, lines.join(""));
}

function record(number: number, name: string, fixed: string): string {
  const text = JSON.stringify({
    schema_version: "1.6.0",
    id: `MADE-2026-${number}`,
    aliases: [`CVE-2026-${10_000 + number}`],
    modified: "2026-11-01T00:00:00Z",
    summary: `A made vulnerability of ${name}`,
    details: "Long words that nobody needs for the matching. ".repeat(20),
    affected: [{
      package: { ecosystem: "Debian:12", name },
      ranges: [{
        type: "ECOSYSTEM",
        events: [{ introduced: "0" }, { fixed }],
      }],
    }],
  });
  return `${text}\n`;
}
