/**
 * A program's manual as a page for man(1), in the language of man(7). Pure.
 *
 * @module
 */

import { EXIT_CODES } from "../exit_codes.ts";
import type { HelpEntry } from "../help.ts";
import type { CommandManual, Manual } from "./manual.ts";

/** The whole page, of section 1; the same bytes for the same manual. */
export function manPage({ name, version, about, commands }: Manual): string {
  return [
    `.TH ${name.toUpperCase()} 1 "" "Flottille ${version}" "Flottille"`,
    ".SH NAME",
    `${text(name)} \\- ${text(firstSentence(about))}`,
    ".SH SYNOPSIS",
    `.B ${text(name)}`,
    "\\fICOMMAND\\fR [\\fIOPTIONS\\fR]",
    ".SH DESCRIPTION",
    ...paragraphs(about),
    ".SH COMMANDS",
    ...commands.flatMap(commandPart),
    ".SH EXIT STATUS",
    ...Object.values(EXIT_CODES).flatMap(({ code, text: says }) =>
      entry({ term: String(code), text: says })
    ),
    "",
  ].join("\n");
}

function commandPart({ name, page }: CommandManual): string[] {
  const sections = page.sections.flatMap(({ title, entries }) =>
    entries.length === 0
      ? []
      : [".PP", `${text(title)}:`, ...entries.flatMap(entry)]
  );
  const examples = (page.examples ?? []).flatMap(([line, does]) =>
    does === ""
      ? [".PP", ".RS 4", text(line), ".RE"]
      : [".PP", ".RS 4", text(line), ".br", `(${text(does)})`, ".RE"]
  );
  return [
    `.SS ${text(name)}`,
    `.B ${text(page.usage)}`,
    ...paragraphs(page.about, true),
    ...sections,
    ...(examples.length === 0 ? [] : [".PP", "Examples:", ...examples]),
  ];
}

function paragraphs(all: readonly string[], isAfter = false): string[] {
  return all.flatMap((paragraph, at) => [
    ...(at > 0 || isAfter ? [".PP"] : []),
    text(paragraph),
  ]);
}

function entry({ term, text: says }: HelpEntry): string[] {
  return [".TP", `.B ${text(term)}`, text(says === "" ? "-" : says)];
}

/** Without its end, as a name's line has it. */
function firstSentence([first = ""]: readonly string[]): string {
  return first.split(/\.(?:\s|$)/)[0] ?? "";
}

/** Words that roff takes for words. */
function text(words: string): string {
  const escaped = words.replaceAll("\\", "\\e").replaceAll("-", "\\-");
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}
