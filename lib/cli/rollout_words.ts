/**
 * Rollouts in a person's words. Pure: the server's views in, lines and cells
 * out.
 *
 * @module
 */

import type { RolloutView, WaveView } from "../server/shapes/api_schema.ts";
import type { Table } from "./order_tables.ts";
import type { Style } from "./style.ts";
import { counted, showDuration, showMoment } from "./units.ts";

/** Rollouts, one in a line. */
export function rolloutsTable(
  rollouts: readonly RolloutView[],
  nowMs: number,
): Table {
  return {
    columns: [
      { title: "ID", right: true },
      { title: "ORDER" },
      { title: "PROGRAM", cutTo: 10 },
      { title: "VERSION", cutTo: 8 },
      { title: "ON", cutTo: 8 },
      { title: "STATE" },
      { title: "WAVES" },
      { title: "MACHINES", cutTo: 10 },
      { title: "BEGUN", cutTo: 8 },
    ],
    rows: rollouts.map((rollout) => [
      String(rollout.id),
      rollout.verb,
      rollout.name,
      rollout.version,
      rollout.on.join(" "),
      { text: rollout.state, style: styleOf(rollout.state) },
      `${begunOf(rollout)} of ${rollout.waves.length}`,
      `${sum(rollout, "done")} of ${rollout.machines} done` +
      failedWords(sum(rollout, "failed")),
      showMoment(rollout.createdAt, nowMs),
    ]),
  };
}

/** The waves of one rollout. */
export function wavesTable({ waves }: RolloutView): Table {
  return {
    columns: [
      { title: "WAVE", right: true },
      { title: "SIZE", cutTo: 8 },
      { title: "STATE" },
      { title: "MACHINES", right: true },
      { title: "DONE", right: true },
      { title: "FAILED", right: true },
      { title: "UNDER WAY", right: true },
      { title: "OFF", right: true },
      { title: "CANCELLED", right: true },
      { title: "ORDERS", cutTo: 6 },
    ],
    rows: waves.map((wave, at) => [
      String(at + 1),
      wave.size,
      wave.state,
      ...numbers(wave),
      wave.orders.join(", "),
    ]),
  };
}

/** What it is, how it stands, and what comes next. */
export function rolloutLines(rollout: RolloutView, nowMs: number): string[] {
  const { id, verb, name, version, machines, state, reason } = rollout;
  const subject = [verb, name, version === "*" ? "" : version]
    .filter((word) => word !== "").join(" ");
  const because = reason === "" ? "" : `: ${reason}`;
  const head = `Rollout ${id}: ${subject} on ${counted(machines, "machine")}`;
  const begun = showMoment(rollout.createdAt, nowMs);
  return [
    `${head}, begun ${begun}`,
    `  ${state}${because}`,
    ...notesOf(rollout, nowMs).map((note) => `  ${note}`),
  ];
}

/** Machines that failed, each with its reason. */
export function troubleLines({ troubles }: RolloutView): string[] {
  return troubles.map(({ machine, order, reason }) =>
    `${machine}: failed (order ${order}): ${reason}`
  );
}

/** The colour of a state. */
export function styleOf(state: RolloutView["state"]): Style {
  switch (state) {
    case "done":
      return "good";
    case "stopped":
      return "bad";
    case "paused":
      return "quiet";
    case "running":
    case "soaking":
      return "waiting";
  }
}

function notesOf(rollout: RolloutView, nowMs: number): string[] {
  const { state, waves, nextAt, soakS, deadlineAt, expiresAt } = rollout;
  const isOpen = state === "running" || state === "soaking";
  const begun = begunOf(rollout);
  const notes: string[] = [];
  if (nextAt !== null) {
    notes.push(`Wave ${begun + 1} begins ${showMoment(nextAt, nowMs)}`);
  } else if (isOpen && begun < waves.length) {
    const soaks = soakS === 0 ? "" : ` and ${showDuration(soakS * 1_000)}`;
    notes.push(
      begun === 0
        ? "Wave 1 begins at once"
        : `Wave ${begun + 1} begins when wave ${begun} went well${soaks}`,
    );
  }
  const absent = sum(rollout, "absent");
  if (isOpen && absent > 0) {
    notes.push(`${counted(absent, "machine is", "machines are")} off`);
  }
  if (isOpen && deadlineAt !== null) {
    notes.push(
      `Deadline ${showMoment(deadlineAt, nowMs)}: then neither windows nor ` +
        "soaking hold it up",
    );
  }
  if (isOpen && expiresAt !== null) {
    notes.push(`Expires ${showMoment(expiresAt, nowMs)}`);
  }
  return notes;
}

function begunOf({ waves }: RolloutView): number {
  return waves.filter(({ startedAt }) => startedAt !== null).length;
}

type Counted = "done" | "failed" | "absent";

function sum({ waves }: RolloutView, what: Counted): number {
  return waves.reduce((total, wave) => total + wave[what], 0);
}

function failedWords(failed: number): string {
  return failed === 0 ? "" : `, ${failed} failed`;
}

function numbers(wave: WaveView): string[] {
  const { machines, done, failed, running, absent, cancelled } = wave;
  // A wave that has not begun has not chosen its machines yet.
  if (wave.state === "waits") return ["-", "-", "-", "-", "-", "-"];
  return [machines, done, failed, running, absent, cancelled].map(String);
}
