/**
 * The Debian packages, lived with: `deno task test:deb` (Linux, root, dpkg;
 * `deno task compile` before). On a copy of this system both are installed, the
 * server and the agent run by their units' command lines, a program is
 * installed on the machine, both packages are installed anew, removed and
 * purged; what they leave is looked at each time.
 *
 * @module
 */

import { makeDebs } from "./debian_packages.ts";
import { CopiedSystem, inOwnMounts } from "./kit/copied_system.ts";
import { Lan, type LanHost, within } from "./kit/lan.ts";
import { eventually, type Ran, run, Running } from "./kit/process.ts";

const CONFIG = ["--config", "/etc/flottille/flottille.toml"];
const STATE = "/var/lib/flottille-agent";

function demand(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new Error(sentence);
  console.log(`  ${sentence}`);
}

/** The copied system, as both computers of a small network have it. */
class Place {
  readonly system: CopiedSystem;
  readonly server: LanHost;
  readonly machine: LanHost;

  constructor(system: CopiedSystem, server: LanHost, machine: LanHost) {
    this.system = system;
    this.server = server;
    this.machine = machine;
  }

  within({ namespace }: LanHost, command: readonly string[]) {
    return within(namespace, this.system.command(...command));
  }

  /** A command on the server's computer, which must end well. */
  async ok(...command: string[]): Promise<Ran> {
    const ran = await run(this.within(this.server, command), {
      deadlineMs: 120_000,
    });
    if (ran.code === 0) return ran;
    throw new Error(
      `${command.join(" ")} ended with ${ran.code}: ${ran.stdout}${ran.stderr}`,
    );
  }

  async has(path: string): Promise<boolean> {
    const found = await Deno.lstat(`${this.system.root}${path}`)
      .catch(() => null);
    return found !== null;
  }

  /** Starts what the package's unit says. */
  async start(host: LanHost, name: string): Promise<Running> {
    const unit = `${this.system.root}/lib/systemd/system/${name}.service`;
    const text = await Deno.readTextFile(unit);
    const line = /^ExecStart=(.*)$/m.exec(text)?.[1] ?? "";
    return new Running(name, this.within(host, line.split(" ")), "/");
  }
}

async function install(place: Place, debs: readonly string[]): Promise<void> {
  const first = await place.ok("dpkg", "-i", ...debs);
  demand(
    first.stdout.includes("flottille-server init --dir /etc/flottille"),
    "dpkg -i installs both, and says how to begin",
  );
  for (const name of ["flottille-server", "flottille-agent"]) {
    const { stdout } = await place.ok(name, "--version");
    demand(
      stdout.startsWith(`${name} `),
      `${name} --version: ${stdout.trim()}`,
    );
    const page = await place.ok("man", "-w", name);
    demand(page.stdout.includes(".1"), `man finds ${name}(1)`);
    const unit = `/lib/systemd/system/${name}.service`;
    const verified = await place.ok("systemd-analyze", "verify", unit);
    demand(
      verified.stdout + verified.stderr === "",
      `systemd-analyze verify: nothing to say of ${name}.service`,
    );
  }
}

async function use(place: Place): Promise<void> {
  const { server, machine } = place;
  await place.ok("flottille-server", "init", "--dir", "/etc/flottille");
  await place.ok(
    ...["install", "-D", "-m", "600", "/etc/flottille/join.json"],
    `${STATE}/join.json`,
  );
  const serving = await place.start(server, "flottille-server");
  const running = await place.start(machine, "flottille-agent");
  try {
    await eventually("The server sees the machine", async () => {
      const command = ["flottille-server", "machines", ...CONFIG];
      const { stdout } = await run(place.within(server, command));
      return / alive /.test(stdout) ? true : null;
    }, { withinMs: 90_000 });
    await place.ok("mkdir", "-p", "/tmp/hello");
    await place.ok("sh", "-c", "echo hello > /tmp/hello/hello.txt");
    const pack = [
      "--name",
      "hello",
      "--version",
      "1.0",
      "-o",
      "/tmp/hello.ieo",
    ];
    await place.ok(
      "flottille-server",
      "pack",
      "/tmp/hello",
      ...pack,
      ...CONFIG,
    );
    await place.ok("flottille-server", "publish", "/tmp/hello.ieo", ...CONFIG);
    const on = ["--on", "all", "--wait", "--timeout", "60"];
    await place.ok("flottille-server", "install", "hello", ...on, ...CONFIG);
    demand(
      await place.has("/opt/flottille/hello/current"),
      "a program is installed on the machine",
    );
  } finally {
    await running.stop();
    await serving.stop();
  }
}

async function leave(place: Place, debs: readonly string[]): Promise<void> {
  const again = await place.ok("dpkg", "-i", ...debs);
  demand(!again.stdout.includes("To begin"), "dpkg -i once more: an upgrade");
  const names = ["flottille-agent", "flottille-server"];
  await place.ok("dpkg", "--remove", ...names);
  demand(!await place.has("/usr/bin/flottille-agent"), "removed: no programs");
  demand(
    await place.has(`${STATE}/agent.key`),
    "removed: the machine's key is kept",
  );
  await place.ok("dpkg", "--purge", ...names);
  demand(!await place.has(STATE), "purged: the machine's key is gone");
  demand(
    await place.has("/etc/flottille/keys/fleet.key"),
    "purged: the fleet is never thrown away",
  );
  demand(
    await place.has("/opt/flottille/hello/current"),
    "purged: the programs that were installed stay",
  );
  const link = "/etc/systemd/system/multi-user.target.wants";
  demand(
    !await place.has(`${link}/flottille-agent.service`) &&
      !await place.has("/lib/systemd/system/flottille-agent.service"),
    "purged: nothing of the service is left",
  );
}

async function main(): Promise<number> {
  const directory = await Deno.makeTempDir({ prefix: "flottille-deb-" });
  const lan = new Lan(`fld${Deno.pid}`);
  let system: CopiedSystem | null = null;
  try {
    const debs = await makeDebs();
    system = await CopiedSystem.make(directory);
    const bridge = await lan.makeSwitch("sw");
    const plug = (name: string, last: number) =>
      lan.makeHost(name, { bridge, address: `10.82.0.${last}/24` });
    const place = new Place(system, await plug("srv", 1), await plug("m1", 11));
    await install(place, debs);
    await use(place);
    await leave(place, debs);
    console.log("\ntest:deb: ok");
    return 0;
  } catch (error) {
    console.log(`\ntest:deb: ${error instanceof Error ? error.stack : error}`);
    return 1;
  } finally {
    await lan.end();
    await system?.end();
    await Deno.remove(directory, { recursive: true });
  }
}

if (import.meta.main) {
  Deno.exit(await inOwnMounts(import.meta.filename, main));
}
