/** What the service managers are told: the files, word for word where it matters. */

import { assert, assertEquals } from "@std/assert";
import { launchdPlist } from "../../../lib/cli/service/launchd_plist.ts";
import { openrcScript } from "../../../lib/cli/service/openrc_script.ts";
import {
  agentService,
  serverService,
  type Service,
} from "../../../lib/cli/service/service.ts";
import { systemdUnit } from "../../../lib/cli/service/systemd_unit.ts";
import { windowsTask } from "../../../lib/cli/service/windows_task.ts";
import { WIDENING } from "../../../lib/host/environment.ts";

const AGENT = agentService("/usr/local/bin/flottille-agent", []);
const SERVER = serverService("/usr/local/bin/flottille-server", {
  config: "/etc/flottille/flottille.toml",
  directory: "/etc/flottille",
});

/** A fleet whose owner likes spaces, dollars and quotes. */
const ODD: Service = {
  ...SERVER,
  command: ["/opt/my tools/server", "run", "--config", '/a $b/"c" %d/f.toml'],
  confined: { writes: ["/a $b"], hidden: ["/a $b/key"] },
};

function linesOf(text: string): string[] {
  return text.split("\n");
}

Deno.test("systemdUnit starts the agent, again and again, and waits for its signs of life", () => {
  const lines = linesOf(systemdUnit(AGENT));
  for (
    const line of [
      "ExecStart=/usr/local/bin/flottille-agent run",
      "Type=notify",
      "Restart=always",
      "WatchdogSec=120",
      "WantedBy=multi-user.target",
    ]
  ) assert(lines.includes(line), line);
});

Deno.test("systemdUnit names a page of the manual only in a package, which brings it along", () => {
  assert(!systemdUnit(SERVER).includes("Documentation="));
  const lines = linesOf(systemdUnit(SERVER, "/etc/flottille/flottille.toml"));
  for (
    const line of [
      "Documentation=man:flottille-server(1)",
      "ConditionPathExists=/etc/flottille/flottille.toml",
    ]
  ) assert(lines.includes(line), line);
});

Deno.test("systemdUnit takes every variable away that widens the trust, K-14", () => {
  for (const service of [AGENT, SERVER]) {
    assert(
      linesOf(systemdUnit(service)).includes(
        `UnsetEnvironment=${WIDENING.join(" ")}`,
      ),
    );
  }
});

Deno.test("systemdUnit lets the server write its fleet alone, and hides the fleet's key", () => {
  const lines = linesOf(systemdUnit(SERVER));
  for (
    const line of [
      "ProtectSystem=strict",
      "CapabilityBoundingSet=",
      "NoNewPrivileges=yes",
      "ReadWritePaths=/etc/flottille",
      "InaccessiblePaths=-/etc/flottille/keys/fleet.key",
    ]
  ) assert(lines.includes(line), line);
});

Deno.test("systemdUnit lets the agent change the system: it installs programs", () => {
  const text = systemdUnit(AGENT);
  for (const word of ["ProtectSystem", "NoNewPrivileges", "Capability"]) {
    assert(!text.includes(word), word);
  }
});

Deno.test("systemdUnit lets a fleet lie in somebody's home", () => {
  const fleet = { config: "/run/user/7/f.toml", directory: "/run/user/7" };
  const lines = linesOf(systemdUnit(serverService("/x", fleet)));
  assert(lines.includes("ProtectHome=read-only"));
  assert(linesOf(systemdUnit(SERVER)).includes("ProtectHome=yes"));
});

Deno.test("systemdUnit quotes words as systemd reads them", () => {
  const lines = linesOf(systemdUnit(ODD));
  assert(
    lines.includes(
      'ExecStart="/opt/my tools/server" run --config ' +
        '"/a $$b/\\"c\\" %%d/f.toml"',
    ),
    lines.find((line) => line.startsWith("ExecStart")),
  );
  assert(lines.includes('ReadWritePaths="/a $$b"'));
});

Deno.test("openrcScript is a shell script whose words are the command's own", async () => {
  const script = openrcScript(ODD);
  const show = `${script}\neval "set -- $command_args"\n` +
    'printf "%s\\n" "$command" "$@"';
  const { code, stdout } = await new Deno.Command("sh", {
    args: ["-c", show],
  }).output();
  assertEquals(code, 0);
  assertEquals(
    new TextDecoder().decode(stdout).trim().split("\n"),
    [...ODD.command],
  );
});

Deno.test("launchdPlist and windowsTask are XML, whatever the words", () => {
  const text = launchdPlist({ ...ODD, command: ["/a&b", "<c>"] });
  assert(text.includes("<string>/a&amp;b</string>"));
  assert(text.includes("<string>&lt;c&gt;</string>"));
  assert(text.includes("<key>KeepAlive</key>\n  <true/>"));
  const task = windowsTask(ODD);
  assert(task.includes("<Command>/opt/my tools/server</Command>"));
  assert(
    task.includes(
      "<Arguments>run --config &quot;/a $b/\\&quot;c\\&quot; %d/f.toml&quot;</Arguments>",
    ),
    task,
  );
  assert(task.includes("<UserId>S-1-5-18</UserId>"));
});
