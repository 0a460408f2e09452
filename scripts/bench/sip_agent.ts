/**
 * The agent of the bench:
 * `sip_agent.ts DIRECTORY HOSTNAME PORT SHA256 SIZE [BLOCK]`. Asked by a line
 * on stdin it downloads the package to the path that the line gives, and
 * prints `10`, `50` and `100` as it passes them, then `done MS`; the line
 * `small` has it make 100 small requests and print `done MS`.
 *
 * @module
 */

import { realHost } from "../../lib/host/real.ts";
import { SipClient } from "../../lib/sip/client.ts";
import { SIP_LIMITS } from "../../lib/sip/limits.ts";
import { benchFiles, MACHINE, SESSION } from "./sip_fleet.ts";

const SMALL_REQUESTS = 100;
const MARKS = [10, 50, 100];

const [directory = "", hostname = "", port, sha256 = "", size, block] =
  Deno.args;
const { certificatePem, certificateHash } = await benchFiles(directory);
const { clock, disk, streams } = realHost();
const limits = {
  ...SIP_LIMITS,
  blockBytes: Number(block ?? SIP_LIMITS.blockBytes),
};
const client = new SipClient({
  streams,
  disk,
  clock,
  limits,
  identity: MACHINE,
});
const server = {
  address: { hostname, port: Number(port) },
  certificatePem,
  certificateHash,
  session: SESSION,
};

async function download(partPath: string): Promise<void> {
  let passed = 0;
  const outcome = await client.downloadPackage({
    server,
    sha256,
    size: Number(size),
    partPath,
    onProgress(bytes, of) {
      const mark = MARKS[passed];
      if (mark === undefined || bytes * 100 < of * mark) return;
      console.log(mark);
      passed += 1;
    },
  });
  if (!outcome.ok) throw new Error(outcome.fault.detail);
}

async function smallRequests(): Promise<void> {
  for (let number = 0; number < SMALL_REQUESTS; number++) {
    const outcome = await client.fetchPublishers({ server });
    if (!outcome.ok) throw new Error(outcome.fault.detail);
  }
}

console.log("ready");
const input = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
for await (const line of input) {
  const wanted = line.trim();
  const began = performance.now();
  await (wanted === "small" ? smallRequests() : download(wanted));
  console.log(`done ${performance.now() - began}`);
}
