/**
 * The arguments and options that several commands share, so that each is
 * called, checked and explained in one way.
 *
 * @module
 */

import type { ObjectOptions } from "@optique/core/constructs";
import { type Message, message, text } from "@optique/core/message";
import { map, multiple, optional, withDefault } from "@optique/core/modifiers";
import type { NonEmptyString } from "@optique/core/nonempty";
import { argument, flag, option } from "@optique/core/primitives";
import { choice, integer, string } from "@optique/core/valueparser";
import { LOG_FORMATS } from "./log_json.ts";
import { LOG_LEVELS } from "./log_line.ts";

/** For `object(fields, PLAIN)`: what it says of a word it has no use for. */
export const PLAIN: ObjectOptions = {
  errors: {
    unexpectedInput: (token: string) =>
      message`There is one word too many: "${text(token)}"`,
  },
};

/** As `PLAIN`, for a command whose first word must be there. */
export function needing(metavar: NonEmptyString): ObjectOptions {
  return {
    errors: { ...PLAIN.errors, endOfInput: plain(`${metavar} is missing`) },
  };
}

/** A word that must be there: `NAME`. */
export function wordArgument(
  metavar: NonEmptyString,
  says: string,
) {
  return argument(string({ metavar }), {
    description: plain(says),
    errors: { endOfInput: message`${text(metavar)} is missing` },
  });
}

/** A word that may be there. */
export function optionalWord(metavar: NonEmptyString, says: string) {
  return optional(wordArgument(metavar, says));
}

/** The number of an order. */
export function orderArgument() {
  return argument(wholeNumber("ID", "ID", { min: 1 }), {
    description: message`The order's number`,
    errors: { endOfInput: message`ID is missing`, invalidValue: itself },
  });
}

/** An option that takes a text. */
export function textOption(
  names: `--${string}` | readonly [`-${string}`, `--${string}`],
  metavar: NonEmptyString,
  says: string,
) {
  const [first, ...rest] = typeof names === "string" ? [names] : names;
  const name = typeof names === "string" ? names : names[1];
  return option(first, ...rest, valueOf(name, metavar), {
    description: plain(says),
    errors: usageErrors(name, metavar),
  });
}

/** An option that takes a whole number. */
export function numberOption(
  name: `--${string}`,
  metavar: NonEmptyString,
  range: Range,
  says: string,
) {
  return option(name, wholeNumber(name, metavar, range), {
    description: plain(says),
    errors: usageErrors(name, metavar),
  });
}

/** `--on WHERE`, at least once. */
export function whereOption() {
  return multiple(whereOnce(), {
    min: 1,
    errors: {
      tooFew: message`--on WHERE is missing; to mean every machine: --on all`,
    },
  });
}

/** `--on WHERE`, as often as one likes; every machine when absent. */
export function optionalWhere() {
  return multiple(whereOnce());
}

function whereOnce() {
  return option("--on", valueOf("--on", "WHERE"), {
    description:
      message`all, a machine's name or identifier, a group, a pattern such as room-*, or a selector such as 'os:debian & !tag:exam'; may be given several times`,
    errors: usageErrors("--on", "WHERE"),
  });
}

/** `--json`. */
export function jsonFlag() {
  return switchOf("--json", "Print the data as JSON, for programs");
}

/** An option that is there or not. */
export function switchOf(name: `--${string}`, says: string) {
  const errors = { duplicate: plain(`${name} is given twice`) };
  return withDefault(flag(name, { description: plain(says), errors }), false);
}

/** `--config FILE`. */
export function configOption() {
  return optional(textOption(
    "--config",
    "FILE",
    "The config file; else ./flottille.toml, then /etc/flottille/flottille.toml",
  ));
}

/** `--timeout SECONDS`, as milliseconds. */
export function timeoutOption(says: string) {
  const week = 7 * 24 * 3_600;
  const range = { min: 1, max: week };
  return optional(map(
    numberOption("--timeout", "SECONDS", range, says),
    (seconds) => seconds * 1_000,
  ));
}

/** `--log-level LEVEL`. */
export function logLevelOption() {
  return withDefault(
    option("--log-level", choice(LOG_LEVELS, { metavar: "LEVEL" }), {
      description: message`debug, info, warning or error; else info`,
      errors: {
        endOfInput: plain("--log-level needs a value: --log-level LEVEL"),
        duplicate: plain("--log-level is given twice"),
      },
    }),
    "info" as const,
  );
}

/** `--log-format FORM`. */
export function logFormatOption() {
  return withDefault(
    option("--log-format", choice(LOG_FORMATS, { metavar: "FORM" }), {
      description: message`text or json (an object a line); else text`,
      errors: {
        endOfInput: plain("--log-format needs a value: --log-format FORM"),
        duplicate: plain("--log-format is given twice"),
      },
    }),
    "text" as const,
  );
}

interface Range {
  readonly min: number;
  readonly max?: number;
}

function wholeNumber(what: string, metavar: NonEmptyString, range: Range) {
  const { min, max } = range;
  const allowed = max === undefined ? `${min} or more` : `${min} to ${max}`;
  const wrong = (given: string | number) =>
    plain(`${what} must be a whole number, ${allowed}, not "${given}"`);
  return integer({
    metavar,
    ...range,
    errors: {
      invalidInteger: wrong,
      unsafeInteger: wrong,
      belowMinimum: wrong,
      aboveMaximum: wrong,
    },
  });
}

/** A text; another option in its place means that it was forgotten. */
function valueOf(name: string, metavar: NonEmptyString) {
  return string({
    metavar,
    pattern: /^(?!--[a-z])/,
    errors: { patternMismatch: () => missingValue(name, metavar) },
  });
}

/** The same words for the same mistakes as the agent's. */
function usageErrors(name: string, metavar: NonEmptyString) {
  return {
    endOfInput: missingValue(name, metavar),
    duplicate: plain(`${name} is given twice`),
    invalidValue: itself,
  };
}

function missingValue(name: string, metavar: NonEmptyString): Message {
  return plain(`${name} needs a value: ${name} ${metavar}`);
}

/** An error that says by itself what it is about. */
function itself(error: Message): Message {
  return error;
}

/** A sentence as the library's message, without its quotes. */
function plain(sentence: string): Message {
  return [text(sentence)];
}
