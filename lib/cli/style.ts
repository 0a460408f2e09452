/**
 * The few colours of the command line: what they mean, not which they are.
 * They never carry meaning alone, for many people do not see them, and pipes
 * have none.
 *
 * @module
 */

/** How a piece of text looks, by what it says. */
export type Style = "plain" | "heading" | "good" | "bad" | "waiting" | "quiet";

// SGR sequences, ECMA-48 8.3.117. Of the first eight colours only those are
// taken that can be read on a light and on a dark ground.
const SEQUENCES: Readonly<Record<Style, string>> = {
  plain: "",
  heading: "\x1b[1m",
  good: "\x1b[32m",
  bad: "\x1b[31m",
  waiting: "\x1b[33m",
  quiet: "\x1b[2m",
};

const END = "\x1b[0m";

/** The text in that style; as it is when there are no colours. */
export function styled(text: string, style: Style, colours: boolean): string {
  const start = SEQUENCES[style];
  return colours && start !== "" && text !== ""
    ? `${start}${text}${END}`
    : text;
}
