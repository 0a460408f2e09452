/**
 * Files that a person hands over: the join file, the server's config, and the
 * manifest of a package.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { decodeManifest, encodeManifest } from "../../../lib/ieo/manifest.ts";
import { DOCUMENT_KIND } from "../../../lib/ieo/manifest/fields.ts";
import { readByLines } from "../../../lib/ieo/manifest/lines.ts";
import { parseConfig } from "../../../lib/server/config/config.ts";
import { CONFIG_TEMPLATE } from "../../../lib/server/config/config_template.ts";
import {
  fromUtf8,
  sha256,
  toBase64Url,
  utf8,
} from "../../../lib/trust/bytes.ts";
import { enrolmentId } from "../../../lib/trust/enrolment.ts";
import {
  decodeJoinFile,
  encodeJoinFile,
  JOIN_FILE_BYTES_MAX,
} from "../../../lib/trust/join_file.ts";
import {
  AGENT_UPDATE,
  FULL,
  jsonOf,
} from "../../../tests/ieo/manifest_samples.ts";
import { delegate, FLEET_KEY, SERVER_KEY } from "../../../tests/sep/props.ts";
import { absurd, huge, type Json } from "../absurd_json.ts";
import { byteProbe } from "../byte_probe.ts";
import type { Chance } from "../chance.ts";
import { demand, type Target } from "../target.ts";
import { demandSentence } from "./signed.ts";

const JSON_TOKENS = [
  ...'{ } [ ] , : " \\ null true 1 1e9 \\u0022 "a":1, "a":[1,1,'.split(" "),
  ...["\n", "\r\n", "\ufeff", ",\n", "\n]\n}\n", '"files": [\n'],
].map(utf8);

const SECRET = sha256(utf8("the enrolment's secret"));
const FILTER_KEY = sha256(utf8("the filter key"));
const SECRET_TEXT = toBase64Url(SECRET);
const FILTER_TEXT = toBase64Url(FILTER_KEY);

const JOIN = encodeJoinFile({
  format: 1,
  fleet: FLEET_KEY.publicKey,
  delegation: delegate(SERVER_KEY, 7n),
  filterKey: FILTER_KEY,
  enrolment: { id: enrolmentId(SECRET), secret: SECRET },
  servers: ["192.0.2.7:2013", "flottille.example.org"],
});

/** Parts of a join file that a secret is put in the place of. */
const PLACES = [
  ...['"format"', '"fleet"', '"enrolment"', '"id"', '"servers"', "1"],
  ...['"192.0.2.7:2013"', '"flottille.example.org"', "{", "null"],
];

function someJoin(chance: Chance): Uint8Array {
  if (!chance.oneIn(8)) {
    return utf8(JSON.stringify(absurd(JSON.parse(JOIN), chance)));
  }
  const secret = chance.pick([SECRET_TEXT, FILTER_TEXT]);
  const part = chance.oneIn(2) ? secret : secret.slice(chance.below(20));
  return utf8(JOIN.replace(chance.pick(PLACES), JSON.stringify(part)));
}

function checkJoin(bytes: Uint8Array): string {
  const read = decodeJoinFile(bytes);
  if (!read.ok) {
    demandSentence(read.fault);
    // Not half of it either: a file with one letter lost is no less secret.
    for (const text of [SECRET_TEXT, FILTER_TEXT]) {
      const isTold = read.fault.includes(text.slice(0, 20)) ||
        read.fault.includes(text.slice(-20));
      demand(!isTold, `The fault tells a secret: ${read.fault}`);
    }
    return read.fault.includes("is wrong at line") ? "misfit" : "refused";
  }
  const { fleet, delegation } = read.value;
  assertEquals(fleet, FLEET_KEY.publicKey);
  assertEquals(delegation.serial, 7n);
  const again = decodeJoinFile(encodeJoinFile(read.value));
  demand(again.ok, "What was read cannot be written");
  assertEquals(again.value, read.value);
  return "taken";
}

function checkManifest(bytes: Uint8Array): string {
  const read = decodeManifest(bytes);
  demandOneReader(bytes);
  if (!read.ok) {
    demandSentence(read.fault);
    return read.fault.includes("In the manifest") ? "misfit" : "refused";
  }
  const written = encodeManifest(read.value);
  const again = decodeManifest(written);
  demand(again.ok, `What was read is written wrongly: ${fromUtf8(written)}`);
  assertEquals(again.value, read.value);
  return "taken";
}

/** The shortcut by lines reads what the plain way reads, or nothing. */
function demandOneReader(bytes: Uint8Array): void {
  const short = readByLines(bytes);
  if (short === null) return;
  const plain = DOCUMENT_KIND.read(JSON.parse(fromUtf8(bytes) ?? ""), "");
  demand(plain.ok, "The shortcut takes what the plain way refuses");
  assertEquals(short, plain.value);
}

function someManifest(chance: Chance): Uint8Array {
  const good = jsonOf(chance.pick([FULL, AGENT_UPDATE])) as Json;
  const value = absurd(good, chance);
  if (chance.oneIn(2)) return utf8(JSON.stringify(value));
  if (typeof value !== "object" || value === null) return utf8("null");
  // As it is written: one entry a line.
  const fields = Object.entries(value).map(([key, field]) =>
    `${JSON.stringify(key)}: ${
      Array.isArray(field) && field.length > 0
        ? `[\n${field.map((one) => JSON.stringify(one)).join(",\n")}\n]`
        : JSON.stringify(field)
    }`
  );
  return utf8(`{\n${fields.join(",\n")}\n}\n`);
}

/** The template with every option in force. */
const CONFIG = CONFIG_TEMPLATE.replace(/^# (?=\w+ = )/gm, "");

function checkConfig(bytes: Uint8Array): string {
  const text = fromUtf8(bytes);
  if (text === null) return "not UTF-8";
  const read = parseConfig(text, "/fleet/flottille.toml");
  if (read.ok) {
    const { network, rhythm, orders, sip } = read.value;
    for (const table of [rhythm, orders, { ...sip, limits: null }]) {
      for (const value of Object.values(table)) {
        const isNumber = value === null || Number.isSafeInteger(value);
        demand(isNumber && (value ?? 1) >= 1, "A bad number");
      }
    }
    demand(network.sepPort >= 1 && network.sepPort <= 65_535, "A bad port");
    return "taken";
  }
  demand(read.fault.length > 0, "No fault is told");
  for (const fault of read.fault) demandSentence(fault);
  return read.fault[0]?.includes("not TOML") ? "not TOML" : "misfit";
}

const TOML_TOKENS = [
  ...'[ ] [[ ]] { } = . # " \'\'\' """ \\ , 1 -1 0x1 1.5 inf nan'.split(" "),
  ..."[network] [sip] [orders] true a=1 1979-05-27 07:32:00Z".split(" "),
  ...["\n", "\r\n", "\t", " ", "\na = 1", "\n[a]", "\n[[a]]", "a.b"],
].map(utf8);

/** The files' targets. */
export const FILE_TARGETS: readonly Target[] = [
  {
    name: "join",
    about: "a join file is read as it was written, and tells no secret",
    ends: ["refused", "misfit", "taken"],
    open: () =>
      Promise.resolve(byteProbe({
        samples: [utf8(JOIN), utf8(JOIN.replaceAll("\n", "\r\n"))],
        tokens: JSON_TOKENS,
        bytesMax: 8_192,
        bytesMost: JOIN_FILE_BYTES_MAX,
        huge,
        compose: someJoin,
        check: checkJoin,
      })),
  },
  {
    name: "manifest",
    about: "a manifest that is read can be written, by lines as in one piece",
    ends: ["refused", "misfit", "taken"],
    open: () =>
      Promise.resolve(byteProbe({
        samples: [encodeManifest(FULL), encodeManifest(AGENT_UPDATE)],
        tokens: JSON_TOKENS,
        bytesMax: 8_192,
        bytesMost: 1_048_576,
        huge,
        compose: someManifest,
        check: checkManifest,
      })),
  },
  {
    name: "config",
    about: "a config is within its limits, or each error is one line",
    ends: ["not TOML", "misfit", "taken"],
    open: () =>
      Promise.resolve(byteProbe({
        samples: [utf8(CONFIG), utf8(CONFIG_TEMPLATE), utf8(SHORT_CONFIG)],
        tokens: TOML_TOKENS,
        bytesMax: 8_192,
        bytesMost: 131_072,
        check: checkConfig,
      })),
  },
];

const SHORT_CONFIG = `directory = "."
[network]
machines = ["10.1.2.3", "10.1.2.4:2013"]
broadcast = [
  "auto",
]
[collect]
schedule = "0 6 * * *"
libraries = ["npm"]
[sip]
simultaneous = 64
`;
