/**
 * The receipts of installer packages, as `pkgutil --pkg-info-plist` prints
 * them: a property list in XML for each, one after the other. They are flat,
 * so no XML reader is needed: keys are followed by their values.
 *
 * Pure.
 *
 * @module
 */

import { rawOf, textOf, wholeIn } from "./raw_text.ts";

/** One receipt. */
export interface Receipt {
  /** `com.microsoft.OneDrive`. */
  readonly id: string;
  readonly version: string;
  readonly installedAtS?: number | undefined;
}

/** What was printed. */
export interface Receipts {
  readonly receipts: readonly Receipt[];
  /** Receipts without a name, and a last one that was cut. */
  readonly broken: number;
}

/** The receipts, in their order. */
export function readReceipts(bytes: Uint8Array): Receipts {
  const pieces = rawOf(bytes).split("</dict>");
  const last = pieces.pop() ?? "";
  const receipts: Receipt[] = [];
  let broken = last.includes("<dict>") ? 1 : 0;
  for (const piece of pieces) {
    const values = valuesIn(piece);
    const id = values.get("pkgid");
    if (id === undefined) {
      broken++;
      continue;
    }
    receipts.push({
      id,
      version: values.get("pkg-version") ?? "",
      installedAtS: wholeIn(values.get("install-time")),
    });
  }
  return { receipts, broken };
}

/**
 * Is it of somebody else than macOS? What came with the system or is a part
 * of its updates has the system's version; of Apple's own packages only the
 * command line tools are a program that somebody chose.
 */
export function isOthers({ id }: Receipt): boolean {
  return !SYSTEM.test(id) || id === COMMAND_LINE_TOOLS;
}

const SYSTEM = /^com\.apple\.(?:pkg|files|update)\./;

const COMMAND_LINE_TOOLS = "com.apple.pkg.CLTools_Executables";

const PAIR = /<key>([^<]*)<\/key>\s*<(string|integer)>([^<]*)</g;

function valuesIn(raw: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [, key = "", , value = ""] of raw.matchAll(PAIR)) {
    const text = textOf(value);
    if (text !== undefined && text.trim() !== "") {
      values.set(key, unescaped(text));
    }
  }
  return values;
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
};

function unescaped(text: string): string {
  return text.replace(
    /&(?:(lt|gt|amp|quot|apos)|#(\d{1,6}));/g,
    (_, name?: string, code?: string) =>
      name === undefined
        ? String.fromCodePoint(Number(code))
        : ENTITIES[name] ?? "",
  );
}
