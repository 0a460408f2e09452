/**
 * Inputs that random runs found, by what they broke.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { parseIeoToml } from "../../lib/ieo/draft/ieo_toml.ts";
import { linesOf } from "../../lib/ieo/draft/toml_lines.ts";
import { parseConfig } from "../../lib/server/config/config.ts";
import { sha256, toBase64Url, utf8 } from "../../lib/trust/bytes.ts";
import { decodeJoinFile } from "../../lib/trust/join_file.ts";
import { parseJson } from "../../lib/trust/json.ts";
import { keyPairFromSeed } from "../../lib/trust/keys.ts";
import { openPublishers } from "../../lib/trust/publishers.ts";
import { faultOf, valueOf } from "../peo/unwrap.ts";

// The path of each value was kept with its line: of 60,000 values below a name
// of 130,000 characters that was more memory than there is, and it came before
// any signature was looked at.
Deno.test("parseJson reads many values below a long name in no time, K-07", () => {
  const long = "a".repeat(131_000);
  const text = `{\n"${long}": [${"1,".repeat(60_000)}1],\n"b": 2}`;
  const read = valueOf(parseJson(text));
  assertEquals(read.lineOf("b"), 3);
  // Told is the line of what is around.
  assertEquals(read.lineOf(`${long}[7]`), 1);
  const { publicKey } = keyPairFromSeed(new Uint8Array(32));
  faultOf(openPublishers(publicKey, utf8(text)));
});

// Somebody puts the right line in the wrong place, or loses half of it.
for (
  const [place, file] of [
    ["as a field's name", (secret: string) => `{"${secret}": 1}`],
    ["behind other letters", (secret: string) => `{"x${secret}": 1}`],
    ["as the format", (secret: string) => `{"format": "${secret}"}`],
    ["cut in half", (secret: string) => `{"${secret.slice(21)}": 1}`],
  ] as const
) {
  Deno.test(`decodeJoinFile tells no secret that stands ${place}, K-01`, () => {
    const secret = toBase64Url(sha256(utf8("secret")));
    const fault = faultOf(decodeJoinFile(file(secret)));
    assert(!fault.includes(secret.slice(21, 41)), fault);
    assert(fault.includes("..."), fault);
  });
}

Deno.test("parseConfig tells no sign that a terminal obeys, K-13", () => {
  const text = '[network]\nmachines = ["10.1.2\u202e.3"]\n"\\u001b[2J" = 1\n';
  const faults = faultOf(parseConfig(text, "/fleet/x.toml")).join("\n");
  assert(faults.includes('network.machines[0] is "10.1.2\\u202e.3"'), faults);
  assert(faults.includes('"\\u001b[2J" is no option of [network]'), faults);
});

Deno.test("parseConfig cuts the name of an option that is very long, K-13", () => {
  const read = parseConfig(`${"d".repeat(5_000)} = 1\n`, "/fleet/x.toml");
  const [fault = ""] = faultOf(read);
  assert(fault.length < 400, fault);
});

// The library takes it for a moment of ISO 8601, and threw.
Deno.test("parseConfig refuses a schedule with a colon in it, K-13", () => {
  const text = '[collect]\nschedule = "0 6 r.4:2* . *"\n';
  const [fault = ""] = faultOf(parseConfig(text, "/fleet/x.toml"));
  assert(fault.startsWith('line 2: collect.schedule is "0 6 r.4:2*'), fault);
});

// The text was looked through once for each of them.
Deno.test("parseConfig tells ten of 20,000 wrong options in no time, K-13", () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => `k${index} = 1`);
  const faults = faultOf(parseConfig(lines.join("\n"), "/fleet/x.toml"));
  assertEquals(faults.length, 10);
  assert(faults[9]?.startsWith('line 10: "k9" is no option'), faults[9]);
  faultOf(parseIeoToml(lines.join("\n")));
});

// An expression tried every way to part the spaces; every dot was a new text.
for (
  const [what, line] of [
    ["spaces", `[${" ".repeat(20_000)}`],
    ["dots", `[${"a.".repeat(20_000)}a]`],
  ] as const
) {
  Deno.test(`linesOf looks through 20,000 ${what} in no time`, () => {
    const lineAt = linesOf(`${line}\n[sip]\nsimultaneous = 1\n`);
    assertEquals(lineAt(["sip", "simultaneous"]), 3);
  });
}
