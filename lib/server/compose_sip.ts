/**
 * The server's end of SiP: the listener with the fleet's certificate, and the
 * service behind it. The only file of this room that knows how it is made.
 *
 * @module
 */

import type { Host } from "../host/host.ts";
import { type Log, sentenceOf } from "../host/log.ts";
import type { SecureListener } from "../host/streams.ts";
import type { SipDoors, SipNote } from "../sip/doors.ts";
import { SIP_LIMITS, type SipLimits } from "../sip/limits.ts";
import { serveSip, type SipService } from "../sip/serve.ts";
import type { ServerConfig } from "./config/config.ts";
import type { Fleet } from "./fleet/fleet.ts";
import { DayPace } from "./pace/day_pace.ts";
import { logSipNote } from "./sip_notes.ts";

/** What SiP needs. */
export interface ComposeSipOptions {
  readonly host: Pick<Host, "clock" | "randomness" | "streams">;
  readonly config: ServerConfig;
  readonly fleet: Fleet;
  readonly doors: SipDoors;
  readonly log: Log;
  /** Told of the end of every connection. */
  ended(note: SipNote): void;
}

/** Opens the port. @throws {Error} naming the option of a port in use. */
export function composeSip(options: ComposeSipOptions): SipService {
  const { host, config, fleet, doors, log } = options;
  const { limits: byDay, ...bounds } = config.sip;
  const limits: SipLimits = { ...SIP_LIMITS, ...bounds };
  return serveSip({
    listener: listen(options, limits),
    certificateHash: fleet.delegation.certificateHash,
    clock: host.clock,
    randomness: host.randomness,
    limits,
    doors,
    pace: new DayPace(host.clock, byDay),
    log(note) {
      logSipNote(log, note);
      options.ended(note);
    },
  });
}

function listen(
  { host, config: { network, path }, fleet }: ComposeSipOptions,
  limits: SipLimits,
): SecureListener {
  try {
    return host.streams.listen({
      at: { hostname: network.address, port: network.sipPort },
      certificatePem: fleet.certificatePem,
      privateKeyPem: fleet.privateKeyPem,
      handshakeDeadlineMs: limits.handshakeMsMax,
      handshakesMax: limits.handshakesMax,
    });
  } catch (error) {
    throw new Error(
      `Cannot open SiP on ${network.address}:${network.sipPort} (TCP): ` +
        `${sentenceOf(error)}; the address and the port are network.address ` +
        `and network.sip_port in "${path}"`,
      { cause: error },
    );
  }
}
