/**
 * The server of the bench: `sip_server.ts DIRECTORY HOSTNAME SHA256 [BLOCK]`.
 * Prints its port, and serves until it is ended.
 *
 * @module
 */

import { realHost } from "../../lib/host/real.ts";
import { SIP_LIMITS } from "../../lib/sip/limits.ts";
import { serveSip } from "../../lib/sip/serve.ts";
import { benchFiles, MACHINE } from "./sip_fleet.ts";

const [directory = "", hostname = "", sha256, block] = Deno.args;
const files = await benchFiles(directory);
const { clock, disk, randomness, streams } = realHost();
const limits = {
  ...SIP_LIMITS,
  blockBytes: Number(block ?? SIP_LIMITS.blockBytes),
};
const listener = streams.listen({
  at: { hostname, port: 0 },
  certificatePem: files.certificatePem,
  privateKeyPem: files.privateKeyPem,
  handshakeDeadlineMs: limits.handshakeMsMax,
  handshakesMax: limits.handshakesMax,
});
serveSip({
  listener,
  certificateHash: files.certificateHash,
  clock,
  randomness,
  limits,
  doors: {
    machine: () => MACHINE.key.publicKey,
    moved() {},
    async package(wanted) {
      if (wanted !== sha256) return null;
      const found = await disk.stat(files.packagePath);
      const file = await disk.open(files.packagePath, { read: true });
      return { statement: new Uint8Array(300), size: found?.size ?? 0, file };
    },
    publishers: () => new Uint8Array(1_000),
    downgrade: () => null,
    receiveList: () => Promise.reject(new Error("This server takes no list")),
  },
  log: ({ kind, detail }) => kind === "done" || console.error(kind, detail),
});
console.log(listener.address.port);
