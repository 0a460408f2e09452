/**
 * A span of time as a person types it: `30d`, `12h`, `90m`, `2w`; or `never`.
 *
 * @module
 */

import { type Message, message, text } from "@optique/core/message";
import type { NonEmptyString } from "@optique/core/nonempty";
import { option } from "@optique/core/primitives";
import type { ValueParser } from "@optique/core/valueparser";

const UNIT_S: Readonly<Record<string, number>> = {
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 7 * 86_400,
};

/** Seconds; null: without an end; undefined: it is no span of time. */
export function readDuration(typed: string): number | null | undefined {
  if (typed.toLowerCase() === "never") return null;
  const [, count, unit = ""] = /^([0-9]{1,6})([mhdw])$/i.exec(typed) ?? [];
  const seconds = Number(count) * (UNIT_S[unit.toLowerCase()] ?? NaN);
  return seconds > 0 ? seconds : undefined;
}

/** An option that takes a span of time, as seconds; null is `never`. */
export function durationOption(
  name: `--${string}`,
  { secondsMax, says }: { readonly secondsMax: number; readonly says: string },
) {
  const metavar: NonEmptyString = "TIME";
  const wrong = (typed: string) =>
    plain(
      `${name} must be a time such as 30d, 12h or 90m, or never, not "${typed}"`,
    );
  const parser: ValueParser<"sync", number | null> = {
    mode: "sync",
    metavar,
    placeholder: null,
    parse(typed) {
      const seconds = readDuration(typed);
      if (seconds === undefined) return { success: false, error: wrong(typed) };
      if (seconds !== null && seconds > secondsMax) {
        const days = Math.floor(secondsMax / 86_400);
        const error = plain(`${name} can be ${days}d at the most, or never`);
        return { success: false, error };
      }
      return { success: true, value: seconds };
    },
    format: (seconds) => seconds === null ? "never" : `${seconds / 60}m`,
  };
  return option(name, parser, {
    description: plain(says),
    errors: {
      endOfInput: plain(`${name} needs a value: ${name} ${metavar}`),
      duplicate: plain(`${name} is given twice`),
      invalidValue: (error: Message) => error,
    },
  });
}

function plain(sentence: string): Message {
  return message`${text(sentence)}`;
}
