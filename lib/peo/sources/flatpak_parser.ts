/**
 * The parser of the file `deploy` that flatpak writes into each app and runtime
 * it installs, a GVariant of the type `(ssasta{sv})`: where it came from, its
 * commit, which parts of it were wanted, its size, and what its makers say of
 * it. The form is as old as flatpak 0.9, and every flatpak since reads all of
 * them.
 *
 * Pure, and never throws.
 *
 * @module
 */

import type { FaultList } from "../faults.ts";
import { listed } from "../listed.ts";
import type { ListedProgram } from "../program.ts";
import { purl } from "../purl.ts";
import {
  aligned,
  gvariantDictionary,
  gvariantEnds,
  gvariantText,
  type Variant,
  widthOf,
} from "./gvariant.ts";
import { quoted } from "./raw_text.ts";

/** The name of this source in a list. */
export const FLATPAK_SOURCE = "flatpak";

/** What the directories tell of an app or a runtime. */
export interface Deployed {
  /** `org.gimp.GIMP`. */
  readonly id: string;
  /** `x86_64`. */
  readonly architecture: string;
  /** `stable`, `23.08`. */
  readonly branch: string;
  /** The file `deploy`; null: it is not there. */
  readonly deploy: Uint8Array | null;
}

/** The program. */
export function flatpakProgram(
  { id, architecture, branch, deploy }: Deployed,
  faults: FaultList,
): ListedProgram | null {
  const facts = deploy === null ? undefined : parseDeploy(deploy);
  if (facts === undefined) {
    const why = deploy === null ? "is not there" : "cannot be read";
    faults.add(
      `The account that flatpak keeps of ${quoted(id)} ${why}; it is listed ` +
        "without a version",
    );
  }
  const version = facts?.version ?? numberIn(branch);
  return listed({
    source: FLATPAK_SOURCE,
    name: id,
    version,
    purl: purl({
      type: "flatpak",
      name: id,
      version,
      qualifiers: { arch: architecture, branch, origin: facts?.origin },
    }),
    architecture,
    licence: facts?.licence,
    sizeBytes: facts?.sizeBytes,
  }, faults);
}

/** Runtimes have their versions in the branch, apps `stable`. */
function numberIn(branch: string): string {
  return /^\d/.test(branch) ? branch : "";
}

/** What is read of a file `deploy`. */
export interface DeployFacts {
  /** The remote it came from: `flathub`. */
  readonly origin: string;
  readonly sizeBytes: number;
  readonly version?: string | undefined;
  readonly licence?: string | undefined;
}

/** Undefined when it has another form. */
export function parseDeploy(bytes: Uint8Array): DeployFacts | undefined {
  // Origin, commit and wanted parts are of no fixed size, and not the last.
  const ends = gvariantEnds(bytes, 3);
  if (ends === undefined) return undefined;
  const [originEnd = 0, , partsEnd = 0] = ends;
  const sizeAt = aligned(partsEnd);
  const last = bytes.length - 3 * widthOf(bytes.length);
  const origin = gvariantText(bytes.subarray(0, originEnd));
  if (origin === undefined || sizeAt + 8 > last) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const said = gvariantDictionary(bytes.subarray(sizeAt + 8, last));
  if (said === undefined) return undefined;
  return {
    origin,
    // Big-endian whatever the machine is, unlike all else in the file.
    sizeBytes: Number(view.getBigUint64(sizeAt)),
    version: textIn(said.get("appdata-version")),
    licence: textIn(said.get("appdata-license")),
  };
}

function textIn(variant: Variant | undefined): string | undefined {
  if (variant?.type !== "s") return undefined;
  return gvariantText(variant.bytes) || undefined;
}
