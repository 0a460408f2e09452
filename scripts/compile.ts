/**
 * `deno task compile`: the two executables, in `dist/`.
 *
 * First each entry is bundled into one small file, then `deno compile` puts that
 * file behind Deno's runtime: without the bundle the whole tree of npm
 * packages would come along, 20 MB of it. Each executable gets the least
 * permissions it can work with, and can ask for no others.
 *
 *     deno task compile [--target TARGET] [--runtime-for-tests]
 *
 * `--target` is one of `deno compile`, for another system; the executables
 * are then in `dist/TARGET/`. `--runtime-for-tests` is for machines that can
 * reach npm and not Deno's own downloads: see `runtime_for_tests.ts`.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { runtimeForTests } from "./runtime_for_tests.ts";

/**
 * What `deno compile` is given for each entry. The addresses, directories and
 * files are those of the command line and the config file, so they cannot be
 * narrowed here; what can be is.
 */
const PROGRAMS = [
  {
    entry: "server.ts",
    name: "flottille-server",
    permissions: [
      "--allow-net",
      "--allow-read",
      "--allow-write",
      // `statfs` tells whether a full disk has room again.
      "--allow-sys=hostname,networkInterfaces,statfs",
      // `service install` tells the system's service manager; `doctor` asks
      // for the clock, the firewall, the ports and the kernel's settings.
      "--allow-run=systemctl,rc-service,launchctl,schtasks," +
      "timedatectl,nft,ss,sysctl",
    ],
  },
  {
    entry: "agent.ts",
    name: "flottille-agent",
    permissions: [
      "--allow-net",
      "--allow-read",
      "--allow-write",
      // `statfs` tells whether a package still fits on the disk, `uid` whose
      // home a hook gets when its manifest names no other user.
      "--allow-sys=hostname,networkInterfaces,statfs,uid",
      // Hooks and the system's package managers: which, the packages say. To
      // end a process group needs this permission whole, too.
      "--allow-run",
    ],
  },
] as const;

/** The same for both. */
const COMPILE_OPTIONS = [
  // Looked at and refused, because they widen the pin of the certificate.
  "--allow-env=DENO_CERT,DENO_TLS_CA_STORE,NODE_EXTRA_CA_CERTS," +
  "SSL_CERT_DIR,SSL_CERT_FILE," +
  // Who started the agent, and what for: its updates of itself.
  "FLOTTILLE_EXECUTABLE,FLOTTILLE_TRIAL,FLOTTILLE_WATCHED," +
  "INVOCATION_ID,SYSTEMD_EXEC_PID," +
  // Who watches over the process, and wants signs of its life.
  "NOTIFY_SOCKET,RUNTIME_DIRECTORY,WATCHDOG_PID,WATCHDOG_USEC," +
  // Handed on to hooks and installers of Windows, which need them to begin.
  "COMSPEC,PATH,PATHEXT,ProgramData,ProgramFiles,ProgramFiles(x86)," +
  "SystemDrive,SystemRoot,TEMP,TMP,windir",
  "--no-check", // `deno task ok` checks the sources.
  "--no-config",
  "--unstable-net", // For `Deno.listenDatagram`.
  "--no-prompt", // A permission that is missing is an error, not a question.
  // The cache of V8's own code would lie under a name that anyone can guess
  // in a directory where anyone can write, and be run as it is.
  "--no-code-cache",
];

if (import.meta.main) {
  try {
    await compile(Deno.args);
  } catch (error) {
    console.error(`compile: ${error instanceof Error ? error.message : error}`);
    Deno.exit(1);
  }
}

async function compile(args: string[]): Promise<void> {
  const options = readOptions(args);
  const deno = options.runtimeForTests
    ? await runtimeForTests()
    : { program: Deno.execPath(), environment: {} };
  const directory = options.target === null ? "dist" : `dist/${options.target}`;
  await Deno.mkdir(`${directory}/bundle`, { recursive: true });
  for (const { entry, name, permissions } of PROGRAMS) {
    const bundle = `${directory}/bundle/${name}.js`;
    // Minified it is read sooner and held in less memory: both are measured.
    const bundling = ["bundle", "--quiet", "--minify", "-o", bundle, entry];
    await run(Deno.execPath(), bundling);
    await giveRequire(bundle);
    const output = `${directory}/${name}${
      options.target?.includes("windows") ? ".exe" : ""
    }`;
    const target = options.target === null ? [] : ["--target", options.target];
    await run(
      deno.program,
      ["compile", "--quiet", ...COMPILE_OPTIONS, ...permissions].concat(
        [...target, "--output", output, bundle],
      ),
      deno.environment,
    );
    const [code, whole] = [await Deno.stat(bundle), await Deno.stat(output)];
    console.log(
      `${output}: ${megabytes(whole.size)}, ${megabytes(code.size)} of it ours`,
    );
  }
  if (options.runtimeForTests) {
    console.log(
      "for tests only: these stand on a runtime taken from another program; " +
        "do not give them to anyone",
    );
  }
}

/**
 * CommonJS modules among the dependencies call `require` for Node's built-in
 * modules. The bundler puts one in, but not always: where its own name for it
 * came out with a `$`, calls failed when they were made. So it is given here.
 */
async function giveRequire(bundle: string): Promise<void> {
  const head = 'import{createRequire as nodeRequire}from"node:module";' +
    "var require=nodeRequire(import.meta.url);\n";
  await Deno.writeTextFile(bundle, head + await Deno.readTextFile(bundle));
}

function readOptions(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      "target": { type: "string" },
      "runtime-for-tests": { type: "boolean", default: false },
    },
  });
  const { target = null, "runtime-for-tests": runtimeForTests } = values;
  if (runtimeForTests && target !== null) {
    throw new TypeError(
      "--runtime-for-tests makes executables for this machine: leave " +
        "--target out",
    );
  }
  return { target, runtimeForTests };
}

async function run(
  program: string,
  args: string[],
  environment: Record<string, string> = {},
): Promise<void> {
  const { code } = await new Deno.Command(program, { args, env: environment })
    .spawn().status;
  if (code === 0) return;
  const [command = ""] = args;
  throw new Error(
    `"deno ${command}" ended with code ${code}` +
      (command === "bundle"
        ? ""
        : "; if it could not download Deno's runtime, name one with " +
          'DENORT_BIN or, for tests only, run "deno task compile ' +
          '--runtime-for-tests"'),
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
