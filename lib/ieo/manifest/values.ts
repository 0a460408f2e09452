/**
 * The values that stand in a manifest's fields: names, versions, ranges, paths,
 * lines. Each is a kind (`manifest/kinds.ts`).
 *
 * @module
 */

import {
  isProgramName,
  isVersion,
  NAME_CHARS_MAX,
  VERSION_CHARS_MAX,
} from "../../trust/names.ts";
import { ok } from "../../trust/outcome.ts";
import { describe, misfit, moment } from "../../trust/shape.ts";
import { type Kind, ruled, text } from "./kinds.ts";
import type { FileMode } from "./types.ts";
import { faultOfPath, PATH_BYTES_MAX } from "../paths.ts";
import {
  parseRange,
  RANGE_CHARS_MAX,
  RANGE_PATTERN,
} from "../fit/version_range.ts";

// Specification. Characters are UTF-16 units.

/** The longest text of several lines. */
export const PROSE_CHARS_MAX = 4_000;
/** The longest web address. */
export const WEB_ADDRESS_CHARS_MAX = 500;
/** The longest word such as an os or an architecture. */
export const WORD_CHARS_MAX = 64;

/** A program of Flottille's. */
export const programName = text({
  what: "a program name",
  pattern: /^[a-z0-9][a-z0-9.+_-]*$/,
  charsMax: NAME_CHARS_MAX,
  check: isProgramName,
});

/** A version of such a program. */
export const version = text({
  what: "a version",
  pattern: /^[A-Za-z0-9][A-Za-z0-9.+~_-]*$/,
  charsMax: VERSION_CHARS_MAX,
  check: isVersion,
});

/** A range of versions. */
export const range = ruled(
  text({
    what: 'a range of versions such as ">=1.2 <2", or "*"',
    pattern: RANGE_PATTERN,
    charsMax: RANGE_CHARS_MAX,
  }),
  (value) => {
    const read = parseRange(value);
    return read.ok ? null : read.fault;
  },
);

/** `linux`, `x86_64`, `debian`: whoever makes machines may make more of them. */
export const word = text({
  what: "a word of small letters, digits and ._-",
  pattern: /^[a-z0-9][a-z0-9._-]*$/,
  charsMax: WORD_CHARS_MAX,
});

/** One line of text. */
export function line(charsMax: number): Kind<string> {
  return text({
    what: `one line of 1 to ${charsMax} characters`,
    // deno-lint-ignore no-control-regex
    pattern: /^[^\u0000-\u001f\u007f-\u009f]+$/,
    charsMax,
  });
}

/** Text of several lines. */
export const prose = text({
  what: `text of at most ${PROSE_CHARS_MAX} characters without control ` +
    "characters",
  // deno-lint-ignore no-control-regex
  pattern: /^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f]*$/,
  charsMax: PROSE_CHARS_MAX,
});

/** Where a browser can go. */
export const webAddress = text({
  what: "an http or https address",
  pattern: /^https?:\/\/[!-~]+$/,
  charsMax: WEB_ADDRESS_CHARS_MAX,
  check: (value) => URL.canParse(value),
});

/** A moment in UTC. */
export const momentKind: Kind<string> = {
  read: moment,
  write: (value) => value,
  schema: {
    type: "string",
    pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3})?Z$",
  },
};

/** A path inside a package. */
export const path: Kind<string> = {
  read(value, at) {
    if (typeof value !== "string") {
      return misfit(at, `must be text, not ${describe(value)}`);
    }
    const problem = faultOfPath(value);
    return problem === null
      ? ok(value)
      : misfit(at, `is ${describe(value)}, which ${problem}`);
  },
  write: (value) => value,
  schema: {
    type: "string",
    maxLength: PATH_BYTES_MAX,
    // No slash at either end, no two together, no part that ends in a dot or a
    // space (which are `.` and `..` too), no character that Windows refuses.
    pattern: "^(?!/)(?!.*//)(?!.*/$)(?!.*[. ](?:/|$))" +
      '[^\\u0000-\\u001f\\u007f-\\u009f<>:"|?*\\\\]+$',
  },
};

/** A file's mode; setuid and the like have no spelling (Z-05). */
export const mode: Kind<FileMode> = {
  read: (value, at) =>
    value === "0644"
      ? ok(0o644)
      : value === "0755"
      ? ok(0o755)
      : misfit(at, `must be "0644" or "0755", not ${describe(value)}`),
  write: (value) => value === 0o755 ? "0755" : "0644",
  schema: { enum: ["0644", "0755"] },
};

/** A SHA-256. */
export const hash = text({
  what: "64 hexadecimal digits",
  pattern: /^[0-9a-f]{64}$/,
  charsMax: 64,
});

/** A path of the machine. */
export const machinePath = text({
  what: "an absolute path of the machine such as /bin/sh",
  // deno-lint-ignore no-control-regex
  pattern: /^(?:\/|[A-Za-z]:[\\/])[^\u0000-\u001f\u007f-\u009f]+$/,
  charsMax: PATH_BYTES_MAX,
});
