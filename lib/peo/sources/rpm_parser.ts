/**
 * What `rpm -qa` says in a query format of ours (rpm-queryformat(7)): a line
 * for each package, its fields as words of the shell. rpm quotes each text
 * itself (`:shescape`, which every rpm has), so a quote, a space or a newline
 * in a field cannot pass for the end of it.
 *
 * Pure, and never throws.
 *
 * @module
 */

import type { FaultList } from "../faults.ts";
import { listed } from "../listed.ts";
import type { ListedProgram } from "../program.ts";
import { type Distribution, distroOf, purl } from "../purl.ts";
import { personIn, quoted, rawOf, textOf, wholeIn } from "./raw_text.ts";

/** The name of this source in a list. */
export const RPM_SOURCE = "rpm";

/** The tags that are asked for, in their order. */
const TAGS = [
  "NAME",
  "EPOCH",
  "VERSION",
  "RELEASE",
  "ARCH",
  "VENDOR",
  "PACKAGER",
  "LICENSE",
  "SOURCERPM",
  "INSTALLTIME",
  "LONGSIZE",
] as const;

type Tag = typeof TAGS[number];

/** What rpm is asked for. */
export const RPM_QUERY_FORMAT =
  TAGS.map((tag) => `%{${tag}:shescape}`).join(" ") + "\\n";

/** What rpm says of a tag that a package does not have. */
const NONE = "(none)";

/** Not packages: the keys that rpm trusts are kept among them. */
const KEY = "gpg-pubkey";

/** The packages in what rpm printed. */
export function parseRpmQuery(
  bytes: Uint8Array,
  distribution: Distribution,
  faults: FaultList,
): ListedProgram[] {
  const words = new ShellWords(rawOf(bytes));
  const programs: ListedProgram[] = [];
  for (let entry = 1;; entry++) {
    const fields = words.line();
    if (fields === null) break;
    if (fields.length !== TAGS.length) {
      const [name = ""] = fields;
      faults.add(
        `Entry ${entry} of what rpm says, ${quoted(name)}, ` +
          (words.isCut
            ? "is cut off"
            : `has ${fields.length} fields in place of ${TAGS.length}`),
      );
      continue;
    }
    const program = programOf(fields, distribution, faults);
    if (program !== null) programs.push(program);
  }
  return programs;
}

function programOf(
  fields: readonly string[],
  distribution: Distribution,
  faults: FaultList,
): ListedProgram | null {
  const raw = (tag: Tag) => fields[TAGS.indexOf(tag)] ?? NONE;
  const told = (tag: Tag) => raw(tag) === NONE ? undefined : textOf(raw(tag));
  const name = told("NAME");
  if (name === KEY) return null;
  const [version, release] = [told("VERSION"), told("RELEASE")];
  if (name === undefined || version === undefined || release === undefined) {
    const evr = `${raw("VERSION")}-${raw("RELEASE")}`;
    faults.add(
      `Cannot list ${quoted(raw("NAME"))} ${quoted(evr)}: ` +
        "its name and its version are not both text",
    );
    return null;
  }
  const [epoch, architecture] = [told("EPOCH"), told("ARCH")];
  const whole = `${version}-${release}`;
  const source = sourceIn(told("SOURCERPM") ?? "");
  return listed({
    source: RPM_SOURCE,
    name,
    version: epoch === undefined ? whole : `${epoch}:${whole}`,
    purl: purl({
      type: "rpm",
      namespace: distribution.id,
      name,
      version: whole,
      qualifiers: { arch: architecture, epoch, distro: distroOf(distribution) },
    }),
    architecture,
    supplier: told("VENDOR") ?? personIn(told("PACKAGER")),
    licence: told("LICENSE"),
    sourcePackage: source?.name === name ? undefined : source?.name,
    sourceVersion: source?.version === whole ? undefined : source?.version,
    installedAtS: wholeIn(told("INSTALLTIME")),
    sizeBytes: wholeIn(told("LONGSIZE")),
  }, faults);
}

/** Name and version of `bash-5.2.26-1.fc40.src.rpm`. */
function sourceIn(file: string): { name: string; version: string } | null {
  const [, name, version] =
    /^(.+)-([^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(file) ?? [];
  return name === undefined || version === undefined ? null : { name, version };
}

/** Reads lines of words as a shell would, but for what rpm never writes. */
class ShellWords {
  readonly #text: string;
  #at = 0;
  /** Did the text end in the middle of the last line? */
  isCut = false;

  constructor(text: string) {
    this.#text = text;
  }

  /** The words of the next line; null at the end. */
  line(): string[] | null {
    if (this.#at >= this.#text.length) return null;
    const words: string[] = [];
    for (;;) {
      words.push(this.#word());
      const end = this.#text[this.#at++];
      if (end === " ") continue;
      if (end === undefined) this.isCut = true;
      // The last word of a line that was cut off may be so too.
      return this.isCut ? words.slice(0, TAGS.length - 1) : words;
    }
  }

  /** Up to a space or a newline that stands in no quotes, or to the end. */
  #word(): string {
    let word = "";
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined || char === " " || char === "\n") return word;
      word += char === "'" ? this.#inside() : this.#outside();
    }
  }

  /** What stands between two quotes. */
  #inside(): string {
    const begin = this.#at + 1;
    const end = this.#text.indexOf("'", begin);
    const last = end === -1 ? this.#text.length : end;
    this.#at = last + 1;
    return this.#text.slice(begin, last);
  }

  /** A quote of the text itself is `\'`; a number stands as it is. */
  #outside(): string {
    if (this.#text[this.#at] === "\\") this.#at++;
    return this.#text[this.#at++] ?? "";
  }
}
