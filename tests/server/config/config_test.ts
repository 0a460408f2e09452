/** The config file: its defaults, and every error's very words (K-13). */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { realDisk } from "../../../lib/host/real_disk.ts";
import { loadConfig, parseConfig } from "../../../lib/server/config/config.ts";
import { configSchema } from "../../../lib/server/config/config_schema.ts";
import { CONFIG_TEMPLATE } from "../../../lib/server/config/config_template.ts";
import { lineOf } from "../../../lib/ieo/draft/toml_lines.ts";
import { inDirectory } from "../temporary.ts";

const PATH = "/fleet/flottille.toml";

Deno.test("parseConfig fills every default in", () => {
  const config = parseConfig("", PATH);
  if (!config.ok) throw new Error(config.fault.join());
  const { network, rhythm, enrolment, orders, collect, api } = config.value;
  assertEquals(config.value.directory, "/fleet");
  assertEquals([network.address, network.sepPort, network.sipPort], [
    "0.0.0.0",
    2013,
    3615,
  ]);
  assertEquals([network.broadcast, network.sharedBroadcastAddress], [
    ["auto"],
    null,
  ]);
  assertEquals(rhythm, {
    pingEveryMs: 60_000,
    windowMsMin: 500,
    windowMsFirst: 5_000,
    deadAfterPings: 3,
  });
  assertEquals(enrolment, { mode: "auto", pendingMax: 1_000 });
  assertEquals([orders.attemptsMax, orders.retryMaxMs], [5, 3_600_000]);
  assertEquals(collect, {
    schedule: "",
    libraries: [],
    keepDays: 400,
    perSecond: 20,
  });
  assertEquals(api.port, 0);
});

Deno.test("parseConfig takes what is written, in the units of the house", () => {
  const config = parseConfig(
    `directory = "../elsewhere"
     [network]
     address = "127.0.0.1"
     sep_port = 4013
     broadcast = ["127.255.255.255"]
     machines = ["10.0.0.7", "10.0.0.8:99"]
     shared_broadcast_address = "127.255.255.255"
     [rhythm]
     ping_every_s = 2
     [sip]
     simultaneous = 3
     transfer_max_s = 100
     [collect]
     schedule = "0 6 * * 1-5"
     libraries = ["npm", "cargo", "npm"]
     keep_days = 30
     per_second = 100`,
    PATH,
  );
  if (!config.ok) throw new Error(config.fault.join());
  const { network, rhythm, sip, collect } = config.value;
  assertEquals(config.value.directory, "/elsewhere");
  assertEquals(network.machines, [
    { hostname: "10.0.0.7", port: 4013 },
    { hostname: "10.0.0.8", port: 99 },
  ]);
  assertEquals(network.sharedBroadcastAddress, "127.255.255.255");
  assertEquals(rhythm.pingEveryMs, 2_000);
  assertEquals([sip.transfersMax, sip.transferMsMax], [3, 100_000]);
  assertEquals(collect, {
    schedule: "0 6 * * 1-5",
    libraries: ["npm", "cargo"],
    keepDays: 30,
    perSecond: 100,
  });
});

Deno.test("CONFIG_TEMPLATE shows every option with its default", () => {
  const asWritten = parseConfig(CONFIG_TEMPLATE, PATH);
  const uncommented = CONFIG_TEMPLATE.replace(/^# (\w+ = )/gm, "$1");
  assertEquals(asWritten, parseConfig("", PATH));
  assertEquals(parseConfig(uncommented, PATH), asWritten);
  for (const [table, options] of Object.entries(configSchema.parse({}))) {
    const names = typeof options === "object" ? Object.keys(options) : [table];
    for (const name of names) {
      assert(new RegExp(`^#? ?${name} = `, "m").test(CONFIG_TEMPLATE), name);
    }
  }
});

/** Each text, and what is said of it. */
const GOLDEN: Record<string, [text: string, errors: string[]]> = {
  "port 70000": ["[network]\nsep_port = 70000", [
    "line 2: network.sep_port is 70000; allowed is a whole number from 1 to " +
    "65535",
  ]],
  "W = 0": ["[rhythm]\n# a comment\nwindow_ms_min = 0", [
    "line 3: rhythm.window_ms_min is 0; allowed is a whole number from 50 to " +
    "60000",
  ]],
  "a limit in a unit that could be two": ['[sip]\nlimits = ["2 Mb/s"]', [
    'line 2: sip.limits[0] is "2 Mb/s"; allowed is a text such as ' +
    '"2 MB/s Mon-Fri 8:00-18:00 Europe/Paris"; "2 Mb/s": "Mb/s" is none of ' +
    "kB/s, MB/s, GB/s, kbit/s, Mbit/s, Gbit/s",
  ]],
  "0 retries": ["[orders]\nattempts_max = 0", [
    "line 2: orders.attempts_max is 0; allowed is a whole number from 1 to 100",
  ]],
  "a negative time": ["[orders]\nretry_first_s = -1", [
    "line 2: orders.retry_first_s is -1; allowed is a whole number from 1 to " +
    "86400",
  ]],
  "half a second": ["[rhythm]\nping_every_s = 0.5", [
    "line 2: rhythm.ping_every_s is 0.5; allowed is a whole number from 1 to " +
    "86400",
  ]],
  "a number as a text": ['[rhythm]\nping_every_s = "60"', [
    'line 2: rhythm.ping_every_s is "60"; allowed is a whole number from 1 to ' +
    "86400",
  ]],
  "a slip of the pen": ["[network]\nsep_prot = 1", [
    'line 2: "sep_prot" is no option of [network]; did you mean sep_port, ' +
    "sip_port?",
  ]],
  "an option of nowhere": ["[api]\ncolour = 1", [
    'line 2: "colour" is no option of [api]; there are port',
  ]],
  "a table of nowhere": ["\n[apis]\nport = 1", [
    'line 2: "apis" is no option; did you mean api?',
  ]],
  "a wrong mode": ['[enrolment]\nmode = "maybe"', [
    'line 2: enrolment.mode is "maybe"; allowed is "auto" or "manual"',
  ]],
  "a host name for an address": ['[network]\nmachines = ["a.example"]', [
    'line 2: network.machines[0] is "a.example"; allowed is an IPv4 address, ' +
    'with or without ":port"',
  ]],
  "an address that is none": ['[network]\naddress = "10.0.0.256"', [
    'line 2: network.address is "10.0.0.256"; allowed is an IPv4 address like ' +
    '"192.168.1.5"',
  ]],
  "a text for a list": ['[network]\nbroadcast = "auto"', [
    'line 2: network.broadcast is "auto"; allowed is a list of at most 10000 ' +
    'texts, each "auto" or an IPv4 address, with or without ":port"',
  ]],
  "a schedule with a minute too many": ['[collect]\nschedule = "60 6 * * *"', [
    'line 2: collect.schedule is "60 6 * * *"; allowed is five fields of cron that ' +
    'some day matches, like "0 6 * * *", or ""',
  ]],
  "a schedule of four fields": ['[collect]\nschedule = "0 6 * *"', [
    'line 2: collect.schedule is "0 6 * *"; allowed is five fields of cron that ' +
    'some day matches, like "0 6 * * *", or ""',
  ]],
  "a schedule with seconds": ['[collect]\nschedule = "0 0 6 * * *"', [
    'line 2: collect.schedule is "0 0 6 * * *"; allowed is five fields of cron that ' +
    'some day matches, like "0 6 * * *", or ""',
  ]],
  "a schedule by its name": ['[collect]\nschedule = "@daily"', [
    'line 2: collect.schedule is "@daily"; allowed is five fields of cron that ' +
    'some day matches, like "0 6 * * *", or ""',
  ]],
  "a schedule of no day": ['[collect]\nschedule = "0 6 31 2 *"', [
    'line 2: collect.schedule is "0 6 31 2 *"; allowed is five fields of cron that ' +
    'some day matches, like "0 6 * * *", or ""',
  ]],
  "a library of nowhere": ['[collect]\nlibraries = ["npm", "cpan"]', [
    'line 2: collect.libraries[1] is "cpan"; allowed is "npm" or "pip" or ' +
    '"gem" or "cargo"',
  ]],
  "lists that are not kept": ["[collect]\nkeep_days = 0", [
    "line 2: collect.keep_days is 0; allowed is a whole number from 1 to 36500",
  ]],
  "lists of nobody": ["[collect]\nper_second = 0", [
    "line 2: collect.per_second is 0; allowed is a whole number from 1 to 10000",
  ]],
  "a value for a table": ["network = 3", [
    "line 1: network is 3; allowed is a table of options",
  ]],
  "no directory": ['directory = ""', [
    `line 1: directory is ""; allowed is a directory's path`,
  ]],
  "what is not TOML": ["[network]\nsep_port = = 3", [
    "line 2, column 12: this is not TOML: invalid value",
  ]],
  "several errors, in the order of their lines": [
    "[orders]\nattempts_max = 0\n[network]\nsip_port = 0\nsep_prt = 3",
    [
      "line 2: orders.attempts_max is 0; allowed is a whole number from 1 to " +
      "100",
      "line 4: network.sip_port is 0; allowed is a whole number from 1 to 65535",
      'line 5: "sep_prt" is no option of [network]; did you mean sep_port, ' +
      "sip_port?",
    ],
  ],
};

for (const [what, [text, errors]] of Object.entries(GOLDEN)) {
  Deno.test(`parseConfig refuses ${what}, K-13`, () => {
    const config = parseConfig(text, PATH);
    assertEquals(config.ok ? [] : config.fault, errors);
  });
}

Deno.test("parseConfig shows a long value cut, and takes a BOM", () => {
  const text = `[network]\naddress = "${"x".repeat(500)}"`;
  const config = parseConfig(text, PATH);
  assertEquals(config.ok ? 0 : (config.fault[0]?.length ?? 0) < 200, true);
  assertEquals(parseConfig('\ufeffdirectory = "a"', PATH).ok, true);
});

Deno.test("lineOf finds keys in tables, dotted keys, and what is above", () => {
  const text = 'a = 1\nb.c = 2\n[t]\n  d = 3\n["u"]\nd = 4\n[t.v]\ne = 5\n';
  const lines = [["a"], ["b", "c"], ["t", "d"], ["u", "d"], ["t", "v", "e"]]
    .map((path) => lineOf(text, path));
  assertEquals(lines, [1, 2, 4, 6, 8]);
  assertEquals(lineOf(text, ["t", "missing"]), 3);
  assertEquals(lineOf(text, ["t", "d", 7]), 4);
  assertEquals(lineOf(text, ["missing"]), 1);
});

Deno.test("loadConfig says where a config file would come from", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/flottille.toml`;
    const missing = await assertRejects(
      () => loadConfig(realDisk(), path),
      Error,
    );
    assertEquals(
      missing.message,
      `Cannot read "${path}": there is no such file; make a fleet with ` +
        "`flottille-server init --dir DIR`, or name its file with --config",
    );
    await Deno.writeTextFile(path, "[rhythm]\nping_every_s = 0");
    const wrong = await assertRejects(
      () => loadConfig(realDisk(), path),
      Error,
    );
    assertEquals(
      wrong.message,
      `Cannot use "${path}": line 2: rhythm.ping_every_s is 0; allowed is a ` +
        "whole number from 1 to 86400",
    );
  }));
