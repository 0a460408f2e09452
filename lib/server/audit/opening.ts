/**
 * What a server tells the journal when it starts: what of the fleet's keys and
 * documents is other than when the last one stopped, and that its store is a
 * copy. Pure.
 *
 * @module
 */

import { sha256, toBase64Url, toHex } from "../../trust/bytes.ts";
import { isoOf } from "../shapes/moments.ts";
import type { Fleet } from "../fleet/fleet.ts";
import { brief } from "./brief.ts";
import type { AuditEvent } from "./record.ts";

/** What the fleet stands on, as far as the journal was told. */
export interface Ground {
  /** Of the delegation, the publishers' list and the secrets. */
  readonly delegation: string;
  readonly publishers: string;
  readonly secrets: string;
}

/** The ground under this server. */
export function groundOf(fleet: OfFleet): Ground {
  return {
    delegation: toBase64Url(fleet.delegation.bytes),
    publishers: toHex(sha256(fleet.publishers.bytes)),
    secrets: fleet.secrets.map(secretText).join(" "),
  };
}

/** What is needed of the fleet's keys and documents. */
type OfFleet = Pick<Fleet, "delegation" | "publishers" | "secrets">;

/** What a server finds when it starts. */
export interface Opening {
  /** What the journal was told last; null: nothing yet. */
  readonly ground: Ground | null;
  readonly fleet: OfFleet;
  /** When the store was copied; null: it is no copy. */
  readonly copiedMs: number | null;
  /** What is wrong with the journal's end, a sentence; null: nothing. */
  readonly wrong: string | null;
}

/** What happened since, in the order in which it must be told. */
export function openingEvents(
  { ground: before, fleet, copiedMs, wrong }: Opening,
): AuditEvent[] {
  const now = groundOf(fleet);
  const events: AuditEvent[] = [];
  // Before all others: it says whose signature they bear. After a break it is
  // said again, for it may be among what is gone.
  if (before?.delegation !== now.delegation || wrong !== null) {
    events.push(ofServer(fleet));
  }
  // Without this, the next record would cover up that there were others.
  if (wrong !== null) events.push({ what: "broken", facts: { found: wrong } });
  if (copiedMs !== null) {
    events.push({ what: "restored", facts: { copied: isoOf(copiedMs) } });
  }
  if (before?.publishers !== now.publishers) events.push(ofPublishers(fleet));
  if (before?.secrets !== now.secrets) {
    events.push(ofSecrets(fleet));
  }
  return events;
}

function ofServer({ delegation }: OfFleet): AuditEvent {
  return {
    what: "server",
    facts: {
      key: toBase64Url(delegation.serverKey),
      serial: String(delegation.serial),
      delegation: toBase64Url(delegation.bytes),
    },
  };
}

function ofPublishers({ publishers: list }: OfFleet): AuditEvent {
  const { version, expires, publishers, revoked, bytes } = list;
  const listed = publishers.map(({ key, names, hooks }) =>
    `${key} ${hooks ? "hooks" : "no hooks"} ${names.join(" ")}`
  );
  return {
    what: "publishers",
    facts: {
      ...{ version, expires, sha256: toHex(sha256(bytes)) },
      publishers: brief(listed),
      revoked: brief(revoked),
    },
  };
}

/** Which secrets let machines in from now on. */
export function ofSecrets({ secrets }: Pick<OfFleet, "secrets">): AuditEvent {
  return {
    what: "secrets",
    facts: { secrets: brief(secrets.map(secretText)) },
  };
}

/** Its identifier, and how long it is good; never the secret itself. */
function secretText(
  { id, expiresMs, usesMax }: Fleet["secrets"][number],
): string {
  const expires = expiresMs === null ? "" : ` until ${isoOf(expiresMs)}`;
  const uses = usesMax === null
    ? ""
    : ` for ${usesMax} ${usesMax === 1 ? "machine" : "machines"}`;
  return `${id}${expires}${uses}`;
}
