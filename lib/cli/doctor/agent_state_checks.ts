/**
 * What a machine keeps: the join file, its key, what it believes. Only read:
 * the agent makes what is missing, `doctor` does not.
 *
 * @module
 */

import {
  JOIN_FILE,
  KEY_FILE,
  openKey,
  openTrusted,
  readGivenJoin,
  readOwnJoin,
} from "../../agent/memory_files.ts";
import type { Host } from "../../host/host.ts";
import type { JoinFile } from "../../trust/join_file.ts";
import {
  publishersStanding,
  type TrustedState,
} from "../../trust/trusted_state.ts";
import type { Past } from "./clock_checks.ts";
import { fail, type Finding, warn, well } from "./finding.ts";
import { isDenied, troubleOf } from "./trouble.ts";

/** What the next steps need of it. */
export interface MachineState {
  readonly join: JoinFile;
  readonly trusted: TrustedState | null;
}

/** What was found. */
export interface StateLook {
  readonly findings: readonly Finding[];
  /** Null: without it there is no way to look along. */
  readonly state: MachineState | null;
}

type StateHost = Pick<Host, "disk" | "randomness" | "clock">;

const JOIN_FILE_STEP = "join file";

/** Looks at the state directory, or at a join file that is given. */
export async function lookAtState(
  host: StateHost,
  directory: string,
  joinPath: string | undefined,
): Promise<StateLook> {
  try {
    if (joinPath !== undefined) return await lookAtGiven(host, joinPath);
    const join = await readOwnJoin(host, directory);
    if (join === null) return notJoined(directory);
    const found = join.enrolment === null
      ? "this machine is enrolled"
      : "this machine may join its fleet";
    return await lookAtOwn(host, directory, join, [
      well(JOIN_FILE_STEP, `"${directory}/${JOIN_FILE}": ${found}`),
    ]);
  } catch (error) {
    const finding = isDenied(error)
      ? fail(
        JOIN_FILE_STEP,
        troubleOf(error),
        "Run doctor as the administrator",
      )
      : fail(
        JOIN_FILE_STEP,
        troubleOf(error),
        "Copy join.json from the server again",
      );
    return { findings: [finding], state: null };
  }
}

function notJoined(directory: string): StateLook {
  const found = `this machine has not joined a fleet: there is no ` +
    `"${directory}/${JOIN_FILE}"`;
  const mend = "Copy join.json from the server, then: " +
    "flottille-agent service install --join join.json";
  const look = "Or look along its way first: flottille-agent doctor --join " +
    "join.json";
  const findings = [fail(JOIN_FILE_STEP, found, mend, look)];
  return { findings, state: null };
}

async function lookAtGiven(host: StateHost, path: string): Promise<StateLook> {
  const join = await readGivenJoin(host, path);
  const finding = join.enrolment === null
    ? warn(
      JOIN_FILE_STEP,
      `"${path}" is the copy of a machine that is enrolled: no other can join ` +
        "with it",
      "Copy join.json from the server",
    )
    : well(JOIN_FILE_STEP, `"${path}" can be used`);
  return { findings: [finding], state: { join, trusted: null } };
}

async function lookAtOwn(
  host: StateHost,
  directory: string,
  join: JoinFile,
  before: readonly Finding[],
): Promise<StateLook> {
  const findings = [...before, await checkMode(host, directory)];
  findings.push(await checkKey(host, directory, join));
  let trusted: TrustedState | null = null;
  try {
    trusted = await openTrusted(host, directory, join);
    findings.push(checkPublishers(host, trusted));
  } catch (error) {
    findings.push(fail("trust", troubleOf(error)));
  }
  return { findings, state: { join, trusted } };
}

async function checkMode(
  { disk }: StateHost,
  directory: string,
): Promise<Finding> {
  const mode = (await disk.stat(directory))?.mode ?? 0;
  const shown = mode.toString(8).padStart(4, "0");
  return (mode & 0o077) === 0
    ? well("permissions", `"${directory}" is the agent's alone (${shown})`)
    : warn(
      "permissions",
      `"${directory}" is open to others (${shown})`,
      `chmod 700 "${directory}"`,
    );
}

async function checkKey(
  host: StateHost,
  directory: string,
  join: JoinFile,
): Promise<Finding> {
  const step = "key";
  const path = `${directory}/${KEY_FILE}`;
  const isEnrolled = join.enrolment === null;
  if (!isEnrolled && await host.disk.stat(path) === null) {
    return well(step, "the agent makes it at its first start");
  }
  try {
    // As of an enrolled machine: so nothing is ever made here.
    await openKey(host, path, true);
    return well(step, `"${path}" can be used`);
  } catch (error) {
    return isEnrolled
      ? fail(step, troubleOf(error))
      : warn(step, `"${path}" cannot be used; the agent makes another one`);
  }
}

function checkPublishers({ clock }: StateHost, trusted: TrustedState): Finding {
  const step = "publishers";
  switch (publishersStanding(trusted, clock.wallMs())) {
    case "good":
      return well(step, "this machine knows who may sign packages");
    case "none":
      return well(
        step,
        "this machine does not know yet who may sign packages: the server " +
          "tells it",
      );
    case "expired":
      return fail(
        step,
        "the list of those who may sign packages has expired: nothing is " +
          "installed",
        "Is the clock right? Else, on the server: flottille-server publishers " +
          "renew, and start the server again",
      );
  }
}

/** What this machine knows to have been. */
export function pastOf({ trusted }: MachineState): Past[] {
  if (trusted === null || trusted.largestSignedMs === 0) return [];
  const what = "something was signed that this machine holds";
  return [{ ms: trusted.largestSignedMs, what }];
}
