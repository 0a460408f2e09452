/**
 * Which of two versions is the later one, by Debian's rule (deb-version(7)):
 * the one order of versions that also knows what comes before a release
 * (`2.0~rc1` is older than `2.0`) and that native packages bring with them.
 *
 * A version is `[epoch:]upstream[-revision]`. Epochs are compared as numbers,
 * then the upstream versions, then the revisions, each as turns of text and
 * number. Any two texts can be compared; whether they are versions is for
 * others to say.
 *
 * Pure.
 *
 * @module
 */

/**
 * Negative when `a` is older than `b`, positive when it is newer, 0 when
 * neither is: `1.0` and `1.00` are one version in two spellings.
 */
export function compareVersions(a: string, b: string): number {
  const left = partsOf(a);
  const right = partsOf(b);
  return compareNumbers(left.epoch, right.epoch) ||
    compareParts(left.upstream, right.upstream) ||
    compareParts(left.revision, right.revision);
}

interface Parts {
  readonly epoch: string;
  readonly upstream: string;
  readonly revision: string;
}

/** The epoch ends at the first colon, the revision begins at the last dash. */
function partsOf(version: string): Parts {
  const [epochAndColon = "", epoch = ""] = /^(\d+):/.exec(version) ?? [];
  const rest = version.slice(epochAndColon.length);
  const dash = rest.lastIndexOf("-");
  return dash === -1
    ? { epoch, upstream: rest, revision: "" }
    : { epoch, upstream: rest.slice(0, dash), revision: rest.slice(dash + 1) };
}

/** Text and number by turns, beginning with text, which may be empty. */
function compareParts(a: string, b: string): number {
  const left = turnsOf(a);
  const right = turnsOf(b);
  const turns = Math.max(left.length, right.length);
  for (let turn = 0; turn < turns; turn++) {
    const one = left[turn] ?? "";
    const other = right[turn] ?? "";
    const order = turn % 2 === 0
      ? compareTexts(one, other)
      : compareNumbers(one, other);
    if (order !== 0) return order;
  }
  return 0;
}

/** `rc10b` is `["rc", "10", "b"]`, and `10b` is `["", "10", "b"]`. */
function turnsOf(part: string): string[] {
  return part.split(/(\d+)/);
}

/** Digits of any length: no number of JavaScript's holds them all. */
function compareNumbers(a: string, b: string): number {
  const one = a.replace(/^0+/, "");
  const other = b.replace(/^0+/, "");
  if (one.length !== other.length) return one.length - other.length;
  return one === other ? 0 : one < other ? -1 : 1;
}

function compareTexts(a: string, b: string): number {
  const length = Math.max(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const order = weightOf(a, index) - weightOf(b, index);
    if (order !== 0) return order;
  }
  return 0;
}

/** A tilde sorts before the end, the end before letters, these before all. */
function weightOf(text: string, index: number): number {
  if (index >= text.length) return 0;
  const char = text.charAt(index);
  if (char === "~") return -1;
  const code = text.charCodeAt(index);
  return /[A-Za-z]/.test(char) ? code : code + 0x1_0000;
}
