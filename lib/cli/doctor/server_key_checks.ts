/**
 * A fleet's keys and documents: do they belong together, are they private, and
 * how long do they hold?
 *
 * @module
 */

import type { Host } from "../../host/host.ts";
import type { EnrolmentSecret } from "../../server/fleet/enrolment_secrets.ts";
import { type Fleet, loadFleet } from "../../server/fleet/fleet.ts";
import {
  FLEET_FILES,
  type FleetFileName,
  pathOf,
} from "../../server/fleet/fleet_files.ts";
import { decodeJoinFile, JOIN_FILE_BYTES_MAX } from "../../trust/join_file.ts";
import type { Past } from "./clock_checks.ts";
import { fail, type Finding, warn, well } from "./finding.ts";
import { isDenied, troubleOf } from "./trouble.ts";

/** What was found; no fleet where it cannot be used. */
export interface KeyLook {
  readonly findings: readonly Finding[];
  readonly fleet: Fleet | null;
}

type KeyHost = Pick<Host, "disk" | "clock">;

const DAY_MS = 86_400_000;

/** A publishers' list that expires so soon needs its owner. */
const EXPIRES_SOON_MS = 30 * DAY_MS;

const OTHERS = 0o077;

const AS_SERVER = "Run doctor as the account that the server runs as";

/** Looks at all of them. */
export async function lookAtKeys(
  host: KeyHost,
  directory: string,
): Promise<KeyLook> {
  const open = await checkModes(host, directory);
  try {
    const fleet = await loadFleet(host.disk, directory);
    return {
      findings: [
        well("keys", "they belong together"),
        open ?? well("permissions", "the private ones are their owner's alone"),
        ...checkDocuments(host, fleet),
        await checkJoinFile(host, directory, fleet),
        await checkFleetKey(host, directory),
      ],
      fleet,
    };
  } catch (error) {
    // What others can read is refused by its name already.
    const todo = isDenied(error) ? [AS_SERVER] : [];
    const findings = [open ?? fail("keys", troubleOf(error), ...todo)];
    return { findings, fleet: null };
  }
}

/** What others may read must be taken for known (K-02). Null: nothing. */
async function checkModes(
  { disk }: KeyHost,
  directory: string,
): Promise<Finding | null> {
  const open: string[] = [];
  for (const [name, { isPrivate }] of Object.entries(FLEET_FILES)) {
    if (!isPrivate) continue;
    const path = pathOf(directory, name as FleetFileName);
    const mode = (await disk.stat(path).catch(() => null))?.mode ?? 0;
    if ((mode & OTHERS) !== 0) open.push(path);
  }
  if (open.length === 0) return null;
  return fail(
    "permissions",
    `others may read ${open.map((path) => `"${path}"`).join(", ")}`,
    "Take what it holds for known, if others use this computer: docs/security.md",
    `chmod 600 ${open.map((path) => `"${path}"`).join(" ")}`,
  );
}

function checkDocuments(
  { clock }: KeyHost,
  { publishers, secrets }: Fleet,
): Finding[] {
  const nowMs = clock.wallMs();
  return [
    judgePublishers(publishers.expiresMs, nowMs),
    judgeSecrets(secrets, nowMs),
  ];
}

/** How long the list of those who may sign packages holds. */
export function judgePublishers(expiresMs: number, nowMs: number): Finding {
  const step = "publishers";
  const date = new Date(expiresMs).toISOString().slice(0, 10);
  const mend = "flottille-server publishers renew, and start the server again";
  if (expiresMs <= nowMs) {
    return fail(
      step,
      `the publishers' list expired on ${date}: nothing is installed`,
      mend,
    );
  }
  return expiresMs - nowMs < EXPIRES_SOON_MS
    ? warn(step, `the publishers' list expires on ${date}`, mend)
    : well(step, `the publishers' list holds until ${date}`);
}

/** Can machines still join? */
export function judgeSecrets(
  secrets: readonly Pick<EnrolmentSecret, "expiresMs">[],
  nowMs: number,
): Finding {
  const good = secrets.filter(({ expiresMs }) =>
    expiresMs === null || expiresMs > nowMs
  );
  if (good.length > 0) return well("enrolment", "machines can join");
  return warn(
    "enrolment",
    secrets.length === 0
      ? "there is no enrolment secret: no machine can join"
      : "every enrolment secret has expired: who joins waits for approval",
    "That may be as it should be; keys/enrolment.json has the secrets",
  );
}

async function checkJoinFile(
  { disk }: KeyHost,
  directory: string,
  { delegation, secrets }: Fleet,
): Promise<Finding> {
  const step = "join file";
  const path = pathOf(directory, "join");
  const join = decodeJoinFile(await disk.readFile(path, JOIN_FILE_BYTES_MAX));
  if (!join.ok) return fail(step, join.fault);
  const { enrolment } = join.value;
  if (!secrets.some(({ id }) => id === enrolment?.id)) {
    return warn(
      step,
      `the secret of "${path}" is none of keys/enrolment.json: no machine can ` +
        "join with it",
    );
  }
  return join.value.delegation.serial < delegation.serial
    ? well(step, `"${path}" is older than this server: machines take both`)
    : well(step, `"${path}" is of this server`);
}

async function checkFleetKey(
  { disk }: KeyHost,
  directory: string,
): Promise<Finding> {
  const path = pathOf(directory, "fleetKey");
  if (await disk.stat(path) === null) {
    return well("fleet key", "it is not on this computer");
  }
  return warn(
    "fleet key",
    `"${path}" lies on the server's own disk`,
    "Keep a copy elsewhere: without it a lost server cannot be replaced",
    "Best keep it only there: whoever has it is the fleet's owner",
  );
}

/** What this fleet knows to have been. */
export function pastOf({ delegation, publishers }: Fleet): Past[] {
  // A serial is the second at which it was made, or one more than another.
  const seconds = Number(delegation.serial);
  return [
    { ms: publishers.issuedMs, what: "the publishers' list was signed" },
    ...(seconds < Date.UTC(2100, 0, 1) / 1_000
      ? [{ ms: seconds * 1_000, what: "this server was made" }]
      : []),
  ];
}
