/**
 * The full name of an MSIX package, which tells all that a list needs:
 * `Name_Version_Architecture_ResourceId_PublisherId`
 * (https://learn.microsoft.com/windows/apps/desktop/modernize/package-identity-overview).
 *
 * Pure.
 *
 * @module
 */

import { purl } from "../purl.ts";

/** What a full name tells. */
export interface MsixName {
  readonly name: string;
  readonly version: string;
  /** `x64`, `neutral`. */
  readonly architecture: string;
  readonly resource: string;
  /** A hash of the publisher's certificate name. */
  readonly publisher: string;
}

/** The parts of a full name, or null when it is none. */
export function readMsixName(text: string): MsixName | null {
  const [, name, version, architecture, resource, publisher] =
    FULL_NAME.exec(text) ?? [];
  const isWhole = name !== undefined && version !== undefined &&
    architecture !== undefined && resource !== undefined &&
    publisher !== undefined;
  return isWhole ? { name, version, architecture, resource, publisher } : null;
}

const FULL_NAME =
  /^([A-Za-z0-9.-]{3,50})_(\d{1,5}(?:\.\d{1,5}){0,3})_([A-Za-z0-9]{1,16})_([A-Za-z0-9.~-]{0,30})_([0-9a-z]{13})$/;

/** Signs the parts of Windows, whose versions are Windows's own. */
const WINDOWS_PUBLISHER = "cw5n1h2txyewy";

/**
 * Is it a program, or a framework of one? Left out are the parts of Windows,
 * a program's languages and picture sizes (`split.scale-100`), and bundles
 * (`~`), from which the programs came that are listed themselves.
 */
export function isMsixProgram({ resource, publisher }: MsixName): boolean {
  return publisher !== WINDOWS_PUBLISHER &&
    (resource === "" || resource === "neutral");
}

/** Publishers that can be told from the hash of their name. */
const PUBLISHERS: Readonly<Record<string, string>> = {
  "8wekyb3d8bbwe": "Microsoft Corporation",
};

/** Who publishes it, where that is known. */
export function msixSupplier({ publisher }: MsixName): string | undefined {
  return PUBLISHERS[publisher];
}

/**
 * A package URL has no type for MSIX. With the publisher's hash the name is
 * the package family, by which Windows and other tools know it.
 */
export function msixPurl(
  { name, version, architecture, publisher }: MsixName,
): string {
  const qualifiers = { arch: architecture, publisher_id: publisher };
  return purl({ type: "generic", name, version, qualifiers });
}
