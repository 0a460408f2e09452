/**
 * A machine's story in a person's words. Pure: the server's view in, lines out.
 *
 * @module
 */

import type {
  ChapterView,
  MachineView,
  StoryView,
} from "../server/shapes/api_schema.ts";
import { showLocal, type Zone } from "./local_time.ts";
import {
  expiryWords,
  noteLines,
  stateStyle,
  subjectWords,
  taskWords,
} from "./order_words.ts";
import type { Style } from "./style.ts";
import { counted, showMoment } from "./units.ts";

/** A line, and how it looks. */
export interface StoryLine {
  readonly text: string;
  readonly style: Style;
}

/** What stands around whoever reads. */
export interface StoryContext {
  readonly nowMs: number;
  readonly zone: Zone;
  /** `flottille-server`. */
  readonly program: string;
}

/** The whole story. */
export function storyLines(
  story: StoryView,
  context: StoryContext,
): StoryLine[] {
  const { machine, open, ended } = story;
  return [
    stateLine(machine, context),
    ...factLines(story, context),
    ...alarmLines(story).map((text): StoryLine => ({ text, style: "bad" })),
    heading(
      open.length === 0
        ? "Nothing waits for it"
        : `${counted(open.length, "order")} to be done`,
    ),
    ...open.flatMap((chapter) => chapterLines(chapter, context)),
    heading(ended.length === 0 ? "Nothing has ended yet" : "The last"),
    ...ended.flatMap((chapter) => chapterLines(chapter, context)),
  ];
}

function stateLine(
  { name, state, lastSeen }: MachineView,
  { nowMs, program }: StoryContext,
): StoryLine {
  const heard = lastSeen === null
    ? "it was never heard"
    : `last heard ${showMoment(lastSeen, nowMs)}`;
  switch (state) {
    case "alive":
      return { text: `${name} answers; ${heard}`, style: "good" };
    case "dead":
      return {
        text: `${name} does not answer; ${heard}. It is off, or cannot be ` +
          "reached; its orders wait until it is heard",
        style: "bad",
      };
    case "pending":
      return {
        text: `${name} waits for your approval: ${program} approve ${name}`,
        style: "waiting",
      };
    case "revoked":
      return {
        text: `${name} is revoked, and is asked nothing; to take it back: ` +
          `${program} approve ${name}`,
        style: "quiet",
      };
    case "conflict":
      return {
        text: `${name} has a key that was seen in two places; it is asked ` +
          "again when only one of them is left",
        style: "bad",
      };
  }
}

function factLines(
  { machine, windows, opensAt, list }: StoryView,
  { nowMs, zone }: StoryContext,
): StoryLine[] {
  const { groups = [], tags = [] } = machine;
  const belongs = [...groups, ...tags.map((tag) => `#${tag}`)];
  const facts: [string, string][] = [
    [
      "Computer",
      [machine.address, machine.system, machine.architecture]
        .concat(`agent ${machine.agentVersion}`)
        .filter((text) => text !== "").join(", "),
    ],
    ["Groups", belongs.join(" ")],
    ["Worked on", windowWords(windows, opensAt, nowMs, zone)],
    [
      "List",
      list === null
        ? "none has come yet"
        : `${counted(list.programs, "program")}, as of ` +
          showMoment(list.confirmedAt, nowMs),
    ],
  ];
  return facts.filter(([, text]) => text !== "").map(([title, text]) => (
    { text: `  ${title.padEnd(11)}${text}`, style: "plain" }
  ));
}

function windowWords(
  windows: readonly string[],
  opensAt: string | null,
  nowMs: number,
  zone: Zone,
): string {
  if (windows.length === 0) return "at any time";
  const list = windows.join("; ");
  if (opensAt === null) return `${list}; that never comes`;
  const opensMs = Date.parse(opensAt);
  return opensMs <= nowMs
    ? `${list}; now`
    : `${list}; next ${showLocal(opensMs, zone)} ` +
      `(${showMoment(opensAt, nowMs)})`;
}

/** What somebody should look at. */
function alarmLines({ machine, list }: StoryView): string[] {
  const { sharedMac, clonedFrom, rebootFor } = machine;
  return [
    ...(rebootFor === undefined
      ? []
      : [`It must be started anew: ${rebootFor} asked for it`]),
    ...(sharedMac ? ["Another machine has one of its MAC addresses"] : []),
    ...(clonedFrom === undefined
      ? []
      : [`Its disk was cloned from that of ${clonedFrom}`]),
    ...(list?.faults ?? []).map(({ source, error }) =>
      `Its list could not hold ${source}: ${error}`
    ),
  ].map((text) => `  ${text}`);
}

function chapterLines(
  { order, task }: ChapterView,
  { nowMs }: StoryContext,
): StoryLine[] {
  const given = `given ${showMoment(order.createdAt, nowMs)}`;
  const by = order.origin === "" ? "" : ` by ${order.origin}`;
  const ended = task.endedAt === null
    ? null
    : `ended ${showMoment(task.endedAt, nowMs)}`;
  const times = [`${given}${by}`, ended ?? expiryWords(order, nowMs)]
    .filter((text) => text !== null).join(", ");
  const words = taskWords(order.verb, task, nowMs);
  return [
    {
      text: `  ${order.id} ${subjectWords(order)}: ${words}`,
      style: stateStyle(task.state),
    },
    { text: `    ${times}`, style: "quiet" },
    ...noteLines(task).map((text): StoryLine => ({ text, style: "plain" })),
  ];
}

function heading(text: string): StoryLine {
  return { text, style: "heading" };
}
