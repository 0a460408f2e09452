/**
 * The seed's own notation, `[word]` or `[word{arg+arg+...}]`, as bytes.
 *
 * SeP and SiP both write their messages this way. The encoding is canonical:
 * what decodes, encodes to the very same bytes again, so one message has one
 * form and a signature covers one meaning (D-11). This file knows the grammar
 * only; which words exist and what they carry is in `words.ts`.
 *
 * @module
 */

/** A word and its arguments, before anybody asked what they mean. */
export interface Body {
  readonly word: string;
  readonly args: readonly string[];
}

/** Arguments a body may carry; no word has more than ten. */
export const BODY_ARGS_MAX = 16;

/** The seed's words are ASCII letters; `OK` is the only one in capitals. */
const WORD = /^[A-Za-z]{1,16}$/;

// The notation's own signs, and what could hurt a terminal or a log line:
// C0 and C1 control characters and DEL (D-10).
// deno-lint-ignore no-control-regex
const RESERVED = /[%+{}[\]\u0000-\u001f\u007f-\u009f]/g;

const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * `[word{arg+arg}]` in UTF-8; `[word]` when there are no arguments.
 *
 * @throws {TypeError} when the word is none, or an argument is not well-formed
 * Unicode: both are our own mistakes.
 */
export function encodeBody(word: string, args: readonly string[]): Uint8Array {
  if (!WORD.test(word)) throw new TypeError(`Cannot write the word "${word}"`);
  for (const arg of args) {
    if (!arg.isWellFormed()) {
      throw new TypeError(`Cannot write [${word}]: lone surrogate in argument`);
    }
  }
  const inside = args.length === 0
    ? ""
    : `{${args.map(escapeArgument).join("+")}}`;
  return utf8.encode(`[${word}${inside}]`);
}

/** The word and arguments of a body, or null when it is not canonical. */
export function decodeBody(bytes: Uint8Array): Body | null {
  let text: string;
  try {
    text = strictUtf8.decode(bytes);
  } catch {
    return null;
  }
  const parts = /^\[([A-Za-z]{1,16})(?:\{([^{}[\]]*)\})?\]$/.exec(text);
  if (parts === null) return null;
  const [, word = "", inside] = parts;
  if (inside === undefined) return { word, args: [] };
  const args: string[] = [];
  for (const written of inside.split("+", BODY_ARGS_MAX + 1)) {
    const arg = unescapeArgument(written);
    if (arg === null || escapeArgument(arg) !== written) return null;
    args.push(arg);
  }
  return args.length > BODY_ARGS_MAX ? null : { word, args };
}

/** An argument as it is written between the signs of the notation. */
export function escapeArgument(arg: string): string {
  return arg.replace(RESERVED, (sign) => {
    let escaped = "";
    for (const byte of utf8.encode(sign)) {
      escaped += `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    }
    return escaped;
  });
}

function unescapeArgument(written: string): string | null {
  if (!written.includes("%")) return written;
  try {
    return decodeURIComponent(written);
  } catch {
    return null;
  }
}
