/**
 * An installed gem's specification. The file is Ruby that RubyGems runs; its
 * first lines are a stub made to be read without running it
 * (`# stub: rake 13.0.6 ruby lib`), and its name says the same. Here nothing
 * is run: licence and authors are taken from the lines that RubyGems writes.
 *
 * Pure.
 *
 * @module
 */

import { purl } from "../purl.ts";
import { rawOf, textOf } from "./raw_text.ts";

/** What the specification tells. */
export interface Gem {
  readonly name: string;
  readonly version: string;
  /** `ruby` for what runs everywhere, else as `x86_64-linux` or `java`. */
  readonly platform: string;
  readonly licence?: string | undefined;
  readonly supplier?: string | undefined;
}

/** The gem; null when neither its stub nor its file's name tells of one. */
export function readGemSpecification(
  bytes: Uint8Array,
  file: string,
): Gem | null {
  const raw = rawOf(bytes);
  const own = stubOf(raw) ?? fileNameOf(file);
  return own === null ? null : {
    ...own,
    licence: stringsOf(raw, "licenses?"),
    supplier: stringsOf(raw, "authors?"),
  };
}

/** `pkg:gem/nokogiri@1.15.4?platform=x86_64-linux`. */
export function gemPurl({ name, version, platform }: Gem): string {
  const qualifiers = { platform: platform === "ruby" ? undefined : platform };
  return purl({ type: "gem", name, version, qualifiers });
}

type Own = Pick<Gem, "name" | "version" | "platform">;

function stubOf(raw: string): Own | null {
  const [, line] = /^(?:#.*\r?\n){0,3}# stub: (.*)$/m.exec(
    raw.slice(0, STUB_CHARS_MAX),
  ) ?? [];
  const [name, version, platform] = (textOf(line ?? "") ?? "").split(" ");
  const isStub = name !== undefined && name !== "" &&
    version !== undefined && VERSION.test(version) && platform !== undefined;
  return isStub ? { name, version, platform } : null;
}

/** The stub is the second line of it. */
const STUB_CHARS_MAX = 8_192;

/** As RubyGems reads a version (Gem::Version), without a hyphen in it. */
const VERSION = /^\d+(?:\.[0-9A-Za-z]+)*$/;

/** `nokogiri-1.15.4-x86_64-linux.gemspec`; a name may hold numbers as well. */
function fileNameOf(file: string): Own | null {
  const [, name, version = "", platform = "ruby"] =
    /^(.+)-(\d[0-9A-Za-z.]*)(?:-([A-Za-z].*))?\.gemspec$/s.exec(file) ?? [];
  return name === undefined || !VERSION.test(version)
    ? null
    : { name, version, platform };
}

const STRINGS_MAX = 16;

/** `s.authors = ["Anna Ek".freeze, "Bo".freeze]`: `Anna Ek, Bo`. */
function stringsOf(raw: string, field: string): string | undefined {
  const [, line = ""] =
    new RegExp(`^ {2}s\\.${field} = (.{1,2000})$`, "m").exec(raw) ?? [];
  const strings = line.matchAll(/"((?:[^"\\]|\\.)*)"/g);
  const texts = [...strings.take(STRINGS_MAX)]
    .map(([, text = ""]) => textOf(text))
    .filter((text) => text !== undefined)
    .map(unescaped)
    .filter((text) => text.trim() !== "");
  return texts.length === 0 ? undefined : texts.join(", ");
}

/** `Andr\u00E9 Arko`: as RubyGems writes what is not ASCII. */
function unescaped(text: string): string {
  return text.replace(
    /\\(?:u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,5})\}|(["\\]))/g,
    (_, four?: string, more?: string, char = "") =>
      char !== ""
        ? char
        : String.fromCodePoint(Number.parseInt(four ?? more ?? "fffd", 16)),
  );
}
