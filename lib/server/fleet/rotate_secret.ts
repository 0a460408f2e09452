/**
 * A new enrolment secret in the place of those before, and a join file that
 * holds it. Machines of the fleet have erased theirs: nothing changes for them.
 *
 * @module
 */

import type { Host } from "../../host/host.ts";
import { utf8 } from "../../trust/bytes.ts";
import { ENROLMENT_SECRET_BYTES, enrolmentId } from "../../trust/enrolment.ts";
import {
  decodeJoinFile,
  encodeJoinFile,
  JOIN_FILE_BYTES_MAX,
} from "../../trust/join_file.ts";
import { encodeSecrets, type EnrolmentSecret } from "./enrolment_secrets.ts";
import { readSecrets } from "./fleet.ts";
import { pathOf } from "./fleet_files.ts";

/** What is wanted. */
export interface Rotation {
  /** How long the new secret is good; null: for ever. */
  readonly expiresMs: number | null;
  /** How many machines may use it; null: any number. */
  readonly usesMax: number | null;
  /** How long those before are good still; 0: not at all. */
  readonly keepMs: number;
}

/** What was done. */
export interface Rotated {
  /** The new secret's identifier. */
  readonly id: string;
  /** Those that hold for a while still. */
  readonly kept: readonly string[];
  /** Those that hold no more. */
  readonly gone: readonly string[];
  /** The files that were replaced. */
  readonly files: readonly string[];
}

/**
 * Makes it. The secrets are changed before the join file: when it is cut in
 * between, the join file's secret is not good, and doing it again mends that.
 *
 * @throws {Error} with a whole sentence; nothing is changed.
 */
export async function rotateSecret(
  { host, directory, rotation }: {
    readonly host: Pick<Host, "clock" | "disk" | "randomness">;
    readonly directory: string;
    readonly rotation: Rotation;
  },
): Promise<Rotated> {
  const { clock, disk, randomness } = host;
  const joinPath = pathOf(directory, "join");
  const join = decodeJoinFile(
    await disk.readFile(joinPath, JOIN_FILE_BYTES_MAX),
  );
  if (!join.ok) throw new Error(`Cannot use "${joinPath}": ${join.fault}`);
  const before = await readSecrets(disk, directory);
  const nowMs = clock.wallMs();
  const kept = keptOf(before, nowMs, rotation.keepMs);
  const secret = randomness.bytes(ENROLMENT_SECRET_BYTES);
  const id = enrolmentId(secret);
  const { expiresMs: goodMs, usesMax } = rotation;
  const expiresMs = goodMs === null ? null : nowMs + goodMs;
  const secrets = [{ id, secret, expiresMs, usesMax }, ...kept];
  const newJoin = { ...join.value, enrolment: { id, secret } };
  const files = [
    [pathOf(directory, "enrolment"), encodeSecrets(secrets)],
    [joinPath, encodeJoinFile(newJoin)],
  ] as const;
  for (const [path, text] of files) {
    await disk.replaceFile(path, utf8(text), { mode: 0o600 });
  }
  const keptIds = kept.map(({ id }) => id);
  return {
    ...{ id, kept: keptIds },
    gone: before.map(({ id }) => id).filter((id) => !keptIds.includes(id)),
    files: files.map(([path]) => path),
  };
}

/** Those that are good still, and until when. */
function keptOf(
  secrets: readonly EnrolmentSecret[],
  nowMs: number,
  keepMs: number,
): EnrolmentSecret[] {
  if (keepMs === 0) return [];
  const endMs = nowMs + keepMs;
  return secrets
    .filter(({ expiresMs }) => expiresMs === null || expiresMs > nowMs)
    .map((one) => ({
      ...one,
      expiresMs: Math.min(one.expiresMs ?? endMs, endMs),
    }));
}
