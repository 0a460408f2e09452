/**
 * Makes Debian packages of both executables: `deno task deb`, after `deno task
 * compile`. Each has the program, its unit for systemd, its man page and the
 * completions of three shells. `dist/flottille-server_0.1.0_amd64.deb`.
 *
 * @module
 */

import { agentManual } from "../lib/cli/agent_help.ts";
import { COMPLETIONS } from "../lib/cli/manual/completion.ts";
import { manPage } from "../lib/cli/manual/man_page.ts";
import type { Manual } from "../lib/cli/manual/manual.ts";
import {
  agentService,
  serverService,
  type Service,
} from "../lib/cli/service/service.ts";
import { systemdUnit } from "../lib/cli/service/systemd_unit.ts";
import { serverManual } from "../lib/cli/server_main.ts";
import { run } from "./kit/process.ts";

const ROOT = new URL("../", import.meta.url).pathname;

/** Deno's names of processors, and Debian's. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: "amd64",
  aarch64: "arm64",
};

/** A package, before it is made. */
interface Package {
  readonly manual: Manual;
  readonly service: Service;
  /** Without it the service is not started. */
  readonly needs: string;
  readonly summary: string;
  /** What `purge` removes besides; never programs, and never a fleet. */
  readonly purges: readonly string[];
  /** What is to be done after the first install, a line each. */
  readonly next: readonly string[];
}

const PACKAGES: readonly Package[] = [
  {
    manual: serverManual(),
    service: serverService("/usr/bin/flottille-server", {
      config: "/etc/flottille/flottille.toml",
      directory: "/etc/flottille",
    }),
    needs: "/etc/flottille/flottille.toml",
    summary: "install and list the programs of a network's computers (server)",
    purges: [],
    next: [
      "flottille-server init --dir /etc/flottille",
      "systemctl start flottille-server",
    ],
  },
  {
    manual: agentManual(),
    service: agentService("/usr/bin/flottille-agent", []),
    needs: "/var/lib/flottille-agent/join.json",
    summary: "install and list the programs of a network's computers (agent)",
    purges: ["/var/lib/flottille-agent"],
    next: [
      "install -D -m 600 join.json /var/lib/flottille-agent/join.json",
      "systemctl start flottille-agent",
    ],
  },
];

/** Makes all of them; the paths of the files. */
export async function makeDebs(): Promise<string[]> {
  return await Promise.all(PACKAGES.map(makeDeb));
}

async function makeDeb(given: Package): Promise<string> {
  const { manual: { name, version } } = given;
  const architecture = ARCHITECTURES[Deno.build.arch] ?? Deno.build.arch;
  const tree = await Deno.makeTempDir({ prefix: "flottille-deb-" });
  try {
    await Deno.chmod(tree, 0o755);
    for (const [path, text] of filesOf(given)) await put(tree, path, text);
    await Deno.mkdir(`${tree}/usr/bin`, { recursive: true });
    await Deno.copyFile(`${ROOT}dist/${name}`, `${tree}/usr/bin/${name}`);
    await Deno.chmod(`${tree}/usr/bin/${name}`, 0o755);
    const { size } = await Deno.stat(`${tree}/usr/bin/${name}`);
    const fields = { architecture, kilobytes: Math.ceil(size / 1_024) };
    await put(tree, "DEBIAN/control", control(given, fields));
    for (const [script, text] of scriptsOf(given)) {
      await put(tree, `DEBIAN/${script}`, text, 0o755);
    }
    const file = `${ROOT}dist/${name}_${version}_${architecture}.deb`;
    const command = ["dpkg-deb", "--root-owner-group", "-Zxz", "-z1"];
    const { code, stderr } = await run([...command, "--build", tree, file], {
      deadlineMs: 300_000,
    });
    if (code !== 0) throw new Error(`dpkg-deb ended with ${code}: ${stderr}`);
    return file;
  } finally {
    await Deno.remove(tree, { recursive: true });
  }
}

function filesOf({ manual, service, needs }: Package): [string, string][] {
  const { name } = manual;
  return [
    [`lib/systemd/system/${name}.service`, systemdUnit(service, needs)],
    [`usr/share/man/man1/${name}.1`, manPage(manual)],
    [`usr/share/bash-completion/completions/${name}`, COMPLETIONS.bash(manual)],
    [`usr/share/zsh/vendor-completions/_${name}`, COMPLETIONS.zsh(manual)],
    [
      `usr/share/fish/vendor_completions.d/${name}.fish`,
      COMPLETIONS.fish(manual),
    ],
    [
      `usr/share/doc/${name}/copyright`,
      Deno.readTextFileSync(`${ROOT}LICENSE`),
    ],
  ];
}

function control(
  { manual: { name, version, about }, summary }: Package,
  { architecture, kilobytes }: {
    readonly architecture: string;
    readonly kilobytes: number;
  },
): string {
  const paragraphs = about.map((paragraph) => ` ${paragraph}`).join("\n .\n");
  return `Package: ${name}
Version: ${version}
Architecture: ${architecture}
Maintainer: Flottille <flottille@localhost>
Installed-Size: ${kilobytes}
Depends: libc6 (>= 2.31)
Section: admin
Priority: optional
Description: ${summary}
${paragraphs}
`;
}

/** The scripts of the package's life, by Debian's names. */
function scriptsOf(
  { manual: { name }, needs, purges, next }: Package,
): [string, string][] {
  const live = "[ -d /run/systemd/system ]";
  const link = `/etc/systemd/system/multi-user.target.wants/${name}.service`;
  return [
    [
      "postinst",
      shell(`if [ "$1" = configure ]; then
  mkdir -p "${link.replace(/\/[^/]*$/, "")}"
  [ -n "$2" ] || ln -sf /lib/systemd/system/${name}.service ${link}
  if ${live}; then
    systemctl daemon-reload
    systemctl try-restart ${name}.service
  fi
  if [ ! -e "${needs}" ]; then
    echo "To begin:"
${next.map((line) => `    echo "  ${line}"`).join("\n")}
  fi
fi`),
    ],
    [
      "prerm",
      shell(`if [ "$1" = remove ] && ${live}; then
  systemctl stop ${name}.service || true
fi`),
    ],
    [
      "postrm",
      shell(`if [ "$1" = remove ] || [ "$1" = purge ]; then
  rm -f ${link}
fi
if [ "$1" = purge ]; then
  rm -rf ${["/var/log/" + name, ...purges].join(" ")}
fi
if ${live}; then systemctl daemon-reload || true; fi`),
    ],
  ];
}

function shell(lines: string): string {
  return `#!/bin/sh\nset -e\n${lines}\n`;
}

async function put(
  tree: string,
  path: string,
  text: string,
  mode = 0o644,
): Promise<void> {
  const file = `${tree}/${path}`;
  await Deno.mkdir(file.replace(/\/[^/]*$/, ""), { recursive: true });
  await Deno.writeTextFile(file, text);
  await Deno.chmod(file, mode);
}

if (import.meta.main) {
  for (const file of await makeDebs()) {
    const { size } = await Deno.stat(file);
    console.log(`${file.slice(ROOT.length)}: ${(size / 1e6).toFixed(1)} MB`);
  }
}
