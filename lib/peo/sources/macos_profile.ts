/**
 * What `system_profiler -json SPApplicationsDataType` tells of applications.
 * It finds whatever can be started on any disk, so a rule says which are
 * programs: those in a directory `Applications` of the system, of all people
 * or of one person.
 *
 * Left out with that: the hundreds of helpers below `/System/Library` and
 * `/Library`, applications inside of others, those on other disks and in
 * back-ups, and the shortcuts of virtual machines.
 *
 * Pure.
 *
 * @module
 */

import { fault, ok, type Outcome } from "../../trust/outcome.ts";
import { jsonOf, textAt, valueAt } from "./json_value.ts";

/** An application. */
export interface MacApplication {
  /** Of its directory, for the name beside it is in the person's language. */
  readonly name: string;
  /** Empty where it tells none. */
  readonly version: string;
  readonly architecture?: string | undefined;
  readonly supplier?: string | undefined;
}

/** The programs, or the end of a sentence on why they are not known. */
export function readProfile(
  bytes: Uint8Array,
): Outcome<MacApplication[], string> {
  const json = jsonOf(bytes);
  if (!json.ok) return json;
  const items = valueAt(json.value, "SPApplicationsDataType");
  if (!Array.isArray(items)) return fault("it tells of no applications");
  const found: MacApplication[] = [];
  for (const item of items) {
    const name = programName(textAt(item, "path") ?? "");
    if (name === null) continue;
    found.push({
      name,
      version: textAt(item, "version") ?? "",
      architecture: ARCHITECTURES[textAt(item, "arch_kind") ?? ""],
      supplier: supplierOf(item),
    });
  }
  return ok(found);
}

/** Safari is on a disk image that is laid over the system's. */
const PROGRAM =
  /^(?:\/System(?:\/Volumes\/Preboot)?\/Cryptexes\/App)?(?:\/System|\/Users\/[^/]+)?\/Applications\/(.+)\.app$/s;

/** The name of the application at this path; null when it is no program. */
function programName(path: string): string | null {
  const [, inner] = PROGRAM.exec(path) ?? [];
  if (inner === undefined || inner.includes(".app/")) return null;
  return inner.slice(inner.lastIndexOf("/") + 1);
}

/** As the rest of the world names them; other kinds run on no Mac of today. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  arch_arm: "arm64",
  arch_arm_i64: "universal",
  arch_i64: "x86_64",
  arch_i32_i64: "x86_64",
};

const DEVELOPER = /^Developer ID Application: (.+?)(?: \([0-9A-Z]{10}\))?$/s;

/** The developer who signed it. The store signs with a name of its own. */
function supplierOf(item: unknown): string | undefined {
  if (textAt(item, "obtained_from") === "apple") return "Apple";
  const signers = valueAt(item, "signed_by");
  const signer: unknown = Array.isArray(signers) ? signers[0] : undefined;
  return typeof signer === "string" ? DEVELOPER.exec(signer)?.[1] : undefined;
}
