/**
 * The tables that the code runs, in Promela: `tests/model/moves.pml`. Words
 * and who may say them come from `lib/sep/words.ts`, the moves of both sides
 * from `lib/sep/moves.ts`, what has a timer from there and from the server's
 * patience, an install's path from `lib/server/orders/task_paths.ts`. So what
 * Spin judges is what runs, and a changed cell can change the verdict.
 *
 * @module
 */

import {
  MACHINE_MOVES,
  MACHINE_PHASES,
  type Move,
  SERVER_MOVES,
  SERVER_PHASES,
  type ServerPhase,
} from "../../lib/sep/moves.ts";
import { serverSide } from "../../lib/sep/server_side.ts";
import {
  type ServerConversation,
  serverTopic,
} from "../../lib/sep/server_topic.ts";
import { waitOf } from "../../lib/sep/step.ts";
import { type Role, type Word, WORDS } from "../../lib/sep/words.ts";
import {
  type Cell,
  FIRST_PHASE,
  PATHS,
} from "../../lib/server/orders/task_paths.ts";

/** Where the generated file lies in the tree. */
export const MOVES_PML = "tests/model/moves.pml";

type Table = Readonly<
  Record<string, Readonly<Record<string, Move<string, string, string>>>>
>;

interface Letters {
  readonly word: string;
  readonly phase: string;
}

const LETTERS: Readonly<Record<Role, Letters>> = {
  server: { word: "S", phase: "sp" },
  machine: { word: "M", phase: "mp" },
};

/** The whole file. */
export function movesPml(): string {
  return [
    HEAD,
    namesOf(),
    speakers(),
    tableOf("server", SERVER_MOVES),
    tableOf("machine", MACHINE_MOVES),
    timed("server", serverTimed()),
    timed("machine", machineTimed()),
    orderTable(),
  ].join("\n\n") + "\n";
}

const HEAD =
  `/* Made from lib/sep/words.ts, lib/sep/moves.ts, lib/sep/server_side.ts and
 * lib/server/orders/task_paths.ts by \`deno task model --write\`; not by hand.
 *
 * S_ is a word of the server and M_ one of a machine, sp_ and mp_ are their
 * phases, in_ is an input of their tables, ask_ a question to the own house,
 * end_ how a conversation ends, o_ the phase of an order, oi_ its input.
 */`;

// Names.

/** A name of the tables as one of Promela. */
export function nameOf(prefix: string, text: string): string {
  return `${prefix}_${text.replaceAll(/[^A-Za-z0-9]+/g, "_")}`;
}

function namesOf(): string {
  const groups = [
    ["words of the server", wordsOf("server")],
    ["words of a machine", wordsOf("machine")],
    ["phases of the server", phasesOf("server", SERVER_PHASES)],
    ["phases of a machine", phasesOf("machine", MACHINE_PHASES)],
    ["inputs", inputs()],
    ["questions", parts("ask", ({ ask }) => ask)],
    ["endings", parts("end", ({ end }) => end)],
    ["an order", orderNames()],
  ] as const;
  return groups.map(([about, names]) =>
    `/* ${about} */\n${wrapped("mtype = {", names, ",", " };")}`
  ).join("\n");
}

/** Every word gets a name for both; `MAY_SAY` tells who may say it. */
function wordsOf(role: Role): readonly string[] {
  return Object.keys(WORDS).map((word) => nameOf(LETTERS[role].word, word));
}

function phasesOf(role: Role, phases: object): readonly string[] {
  return ["start", ...Object.keys(phases), "ended"].map((phase) =>
    nameOf(LETTERS[role].phase, phase)
  );
}

const BOTH: readonly Table[] = [SERVER_MOVES, MACHINE_MOVES];

function inputs(): readonly string[] {
  const all = BOTH.flatMap((table) =>
    Object.values(table).flatMap((row) => Object.keys(row))
  );
  return unique(all.map((input) => nameOf("in", input)));
}

function parts(
  prefix: string,
  part: (move: Move<string, string, string>) => string | undefined,
): readonly string[] {
  const all = BOTH.flatMap((table) =>
    Object.values(table).flatMap((row) => Object.values(row).map(part))
  );
  return unique(
    all.flatMap((text) => text === undefined ? [] : [nameOf(prefix, text)]),
  );
}

// Who may say what.

function speakers(): string {
  const allowed = (["server", "machine"] as const).flatMap((role) =>
    (Object.keys(WORDS) as Word[])
      .filter((word) => WORDS[word][role] !== null)
      .map((word) => `(w) == ${nameOf(LETTERS[role].word, word)}`)
  );
  const fromServer = wordsOf("server").map((name) => `(w) == ${name}`);
  return [
    macro("MAY_SAY(w)", allowed),
    macro("FROM_SERVER(w)", fromServer),
  ].join("\n\n");
}

// The moves.

function tableOf(role: Role, table: Table): string {
  const { word, phase } = LETTERS[role];
  const rows = Object.entries(table).flatMap(([from, row]) =>
    Object.entries(row).map(([input, move]) => {
      const does = [
        `to = ${nameOf(phase, move.to)}`,
        ...move.say === undefined ? [] : [`say = ${nameOf(word, move.say)}`],
        ...move.ask === undefined ? [] : [`ask = ${nameOf("ask", move.ask)}`],
        ...move.end === undefined ? [] : [`end = ${nameOf("end", move.end)}`],
      ];
      const guard = `phase == ${nameOf(phase, from)} && ` +
        `input == ${nameOf("in", input)}`;
      return `  :: ${guard} ->\n     ${does.join("; ")}`;
    })
  );
  return [
    `inline ${role}_table(phase, input) {`,
    "  legal = true; to = 0; say = 0; ask = 0; end = 0;",
    "  if",
    ...rows,
    "  :: else -> legal = false",
    "  fi",
    "}",
  ].join("\n");
}

// Timers.

function timed(role: Role, phases: readonly string[]): string {
  const { phase } = LETTERS[role];
  const name = `${role.toUpperCase()}_TIMED(p)`;
  return macro(name, phases.map((one) => `(p) == ${nameOf(phase, one)}`));
}

function machineTimed(): readonly string[] {
  return Object.keys(MACHINE_PHASES).filter((phase) =>
    waitOf({ phases: MACHINE_PHASES, moves: MACHINE_MOVES }, phase) !== null
  );
}

/** What the table leaves open the server's side may still wait for in time. */
function serverTimed(): readonly string[] {
  const { patience } = serverSide(
    {} as Parameters<typeof serverSide>[0],
    { ask: () => {}, ended: () => {} },
  );
  const phases = Object.keys(SERVER_PHASES) as ServerPhase[];
  return phases.filter((phase) =>
    waitOf({ phases: SERVER_PHASES, moves: SERVER_MOVES }, phase) !== null ||
    patience(
        { phase, topic: serverTopic({}) } as ServerConversation,
      ) !== null
  );
}

// An order.

const PATH = Object.entries(PATHS.install);

function orderNames(): readonly string[] {
  const cells = PATH.flatMap(([, row]) => Object.keys(row));
  return unique([
    ...PATH.map(([phase]) => nameOf("o", phase)),
    "o_done",
    "o_failed",
    ...cells.map((input) => nameOf("oi", input)),
    "oi_owned",
    "oi_missing",
  ]);
}

function orderTable(): string {
  const rows = PATH.flatMap(([phase, row]) =>
    Object.entries(row).map(([input, cell]) =>
      `  :: o_phase == ${nameOf("o", phase)} && input == ` +
      `${nameOf("oi", input)} ->\n     ${cellOf(cell)}`
    )
  );
  const lost = PATH.flatMap(([phase, { lost }]) =>
    lost === undefined ? [] : [
      `  :: else -> if :: o_phase == ${nameOf("o", phase)} -> ${cellOf(lost)}`,
    ]
  );
  return [
    `#define ORDER_FIRST ${nameOf("o", FIRST_PHASE.install)}`,
    "",
    "/* What has no cell is lost, as in the code. */",
    "inline order_table(input) {",
    "  judged = false;",
    "  if",
    ...rows,
    "  :: else ->",
    "     if",
    ...lost.map((line) => line.replace("  :: else -> if ::", "     ::")),
    "     :: else -> skip",
    "     fi",
    "  fi",
    "}",
  ].join("\n");
}

function cellOf(cell: Cell): string {
  if ("end" in cell) return "o_phase = o_done";
  if ("fail" in cell) return "o_phase = o_failed";
  if ("judge" in cell) {
    return `o_phase = ${nameOf("o", cell.judge)}; judged = true`;
  }
  return `o_phase = ${nameOf("o", "go" in cell ? cell.go : cell.retry)}`;
}

// Text.

function macro(head: string, tests: readonly string[]): string {
  if (tests.length === 0) return `#define ${head} (false)`;
  return `#define ${head} ( \\\n  ${tests.join(" || \\\n  ")} )`;
}

function wrapped(
  head: string,
  names: readonly string[],
  between: string,
  tail: string,
): string {
  const lines: string[] = [];
  let line = head;
  for (const [index, name] of names.entries()) {
    const text = ` ${name}${index < names.length - 1 ? between : ""}`;
    if (line.length + text.length > 78) {
      lines.push(line);
      line = " ";
    }
    line += text;
  }
  return [...lines, line + tail].join("\n");
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
