/**
 * How fast SiP is, against nginx: one machine downloads one large file, TLS,
 * SHA-256 and writing to the disk included, on the same loopback.
 *
 *     deno run -A scripts/bench/sip.ts [MIB] [ROUNDS]
 *
 * nginx is measured as `curl | tee FILE | sha256sum`. The two take turns, each
 * writing a file that was not there before; the figure is the median of the
 * rounds' ratios. Server and agent are processes of their own and live for all
 * rounds, as they do in a fleet; curl's start is in nginx's time (about
 * 0.02 s), the agent's is not in ours. Their memory is read at 10 %, 50 % and
 * 100 % of each transfer. Also measured: 100 small requests one after the
 * other, each on a connection of its own (S-22).
 *
 * @module
 */

import { startNginx } from "./nginx.ts";
import { Part } from "./part.ts";

const HOSTNAME = "127.0.0.31";
const MIB = 1_048_576;

/** What the issue promises. */
const RATIO_MIN = 0.8;

export interface SipBenchOptions {
  /** Size of the file. */
  readonly mib?: number;
  readonly rounds?: number;
  /** Bytes of SiP's buffers, when it is them that are measured. */
  readonly blockBytes?: number;
}

/** Runs it and gives the lines of the report. */
export async function benchSip(
  { mib = 1_024, rounds = 5, blockBytes }: SipBenchOptions = {},
): Promise<string[]> {
  const directory = await Deno.makeTempDir({ prefix: "flottille-bench-" });
  const block = blockBytes === undefined ? [] : [String(blockBytes)];
  let nginx, server, agent;
  try {
    const sha256 = await prepare(directory, mib);
    nginx = await startNginx({
      directory,
      hostname: HOSTNAME,
      certificatePath: `${directory}/sip.crt`,
      privateKeyPath: `${directory}/sip.key`,
    });
    server = new Part("sip_server.ts", [
      ...[directory, HOSTNAME, sha256, ...block],
    ]);
    const port = await server.line();
    agent = new Part("sip_agent.ts", [
      ...[directory, HOSTNAME, port, sha256, String(mib * MIB), ...block],
    ]);
    await agent.line();
    const lines: string[] = [];
    const ratios: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      const theirs = mib / await byNginx(nginx.url, directory, sha256);
      const ours = await bySip(agent, server, `${directory}/part`);
      const rate = mib / ours.seconds;
      ratios.push(rate / theirs);
      lines.push(
        `SiP round ${round}: nginx ${theirs.toFixed(0)} MiB/s, SiP ` +
          `${rate.toFixed(0)} MiB/s; memory in MiB at 10, 50, 100 %: server ` +
          `${ours.serverMib.join(", ")}; agent ${ours.agentMib.join(", ")}`,
      );
    }
    const ratio = median(ratios);
    const verdict = ratio >= RATIO_MIN ? "ok" : "TOO SLOW";
    lines.push(
      `SiP: ${ratio.toFixed(2)} of nginx, the median of ${rounds} rounds of ` +
        `${mib} MiB (at least ${RATIO_MIN}: ${verdict})`,
    );
    await agent.say("small");
    const smallMs = Number((await agent.line()).split(" ")[1]);
    lines.push(`SiP: 100 small requests took ${smallMs.toFixed(0)} ms`);
    return lines;
  } finally {
    await agent?.end();
    await server?.end();
    await nginx?.stop();
    await Deno.remove(directory, { recursive: true });
  }
}

/** Makes certificate and package; returns the package's SHA-256. */
async function prepare(directory: string, mib: number): Promise<string> {
  await run("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt"],
    ...["ec_paramgen_curve:P-256", "-nodes", "-days", "36500"],
    ...["-keyout", `${directory}/sip.key`, "-out", `${directory}/sip.crt`],
    ...["-subj", "/CN=server.flottille.invalid", "-addext"],
    ...["subjectAltName=DNS:server.flottille.invalid", "-addext"],
    "basicConstraints=critical,CA:FALSE",
  ]);
  const path = `${directory}/A.ieo`;
  await run("sh", ["-c", `head -c ${mib * MIB} /dev/urandom > ${path}`]);
  return (await run("sha256sum", [path])).slice(0, 64);
}

/** Seconds that curl, tee and sha256sum took together. */
async function byNginx(
  url: string,
  directory: string,
  sha256: string,
): Promise<number> {
  const path = `${directory}/curl.part`;
  const began = performance.now();
  const found = await run("sh", [
    "-c",
    `curl --silent --insecure ${url}/A.ieo | tee ${path} | sha256sum`,
  ]);
  const seconds = (performance.now() - began) / 1_000;
  if (!found.startsWith(sha256)) throw new Error("nginx sent something else");
  await Deno.remove(path);
  return seconds;
}

interface Transfer {
  readonly seconds: number;
  readonly serverMib: number[];
  readonly agentMib: number[];
}

async function bySip(
  agent: Part,
  server: Part,
  path: string,
): Promise<Transfer> {
  const serverMib: number[] = [];
  const agentMib: number[] = [];
  await agent.say(path);
  for (;;) {
    const [word, ms] = (await agent.line()).split(" ");
    if (word === "done") {
      await Deno.remove(path);
      return { seconds: Number(ms) / 1_000, serverMib, agentMib };
    }
    serverMib.push(await server.memoryMib());
    agentMib.push(await agent.memoryMib());
  }
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1
    ? upper
    : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}

async function run(program: string, args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args })
    .output();
  const decoder = new TextDecoder();
  if (success) return decoder.decode(stdout);
  throw new Error(`${program} failed: ${decoder.decode(stderr)}`);
}

if (import.meta.main) {
  const [mib, rounds, blockBytes] = Deno.args.map(Number);
  const options: SipBenchOptions = {
    ...(mib === undefined ? {} : { mib }),
    ...(rounds === undefined ? {} : { rounds }),
    ...(blockBytes === undefined ? {} : { blockBytes }),
  };
  for (const line of await benchSip(options)) console.log(line);
}
