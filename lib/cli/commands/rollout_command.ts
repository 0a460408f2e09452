/**
 * `rollout`: orders that go in waves, and how to hold them up.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { withDefault } from "@optique/core/modifiers";
import type { RolloutView } from "../../server/shapes/api_schema.ts";
import { rolloutCalls } from "../api_rollouts.ts";
import {
  configOption,
  jsonFlag,
  numberOption,
  optionalWord,
  PLAIN,
} from "../arguments.ts";
import { type Context, defineCommand } from "../command.ts";
import { CliFailure } from "../failure.ts";
import { openClient } from "../fleet.ts";
import {
  rolloutLines,
  rolloutsTable,
  styleOf,
  troubleLines,
  wavesTable,
} from "../rollout_words.ts";
import { suggestion } from "../suggestion.ts";

const ACTIONS = ["show", "pause", "resume", "stop"] as const;
const LIMIT_DEFAULT = 20;

type Action = (typeof ACTIONS)[number];

/** `flottille-server rollout [ID | pause ID | resume ID | stop ID]`. */
export const rolloutCommand = defineCommand({
  name: "rollout",
  group: "Orders",
  summary: "Show orders that go in waves; pause, resume or stop one",
  usage: "[ID | pause ID | resume ID | stop ID] [--limit N] [--json]",
  about: [
    "Without more, lists the rollouts, newest first; with ID it shows that one " +
    "wave by wave. An order becomes a rollout by --waves: install NAME --on all " +
    "--waves 1,10%,100%.",
    "A wave begins when the one before went well and has soaked. It went well " +
    "when nobody of it is under way any more and one machine at least has done " +
    "it; machines that are off do not hold up the others. As soon as more " +
    "machines fail than may, the rollout stops by itself and takes back what " +
    "waits.",
    "pause takes back what has not begun; resume gives it once more, and to " +
    "machines that failed, too, when the rollout had stopped. stop is for good, " +
    "until resume.",
  ],
  examples: [
    ["rollout", ""],
    ["rollout 3", "one rollout, wave by wave"],
    ["rollout pause 3", "nothing new begins"],
    ["rollout resume 3", ""],
  ],
  parser: object({
    action: optionalWord("ACTION", "ID, or pause, resume or stop; else a list"),
    id: optionalWord("ID", "The rollout's number"),
    limit: withDefault(
      numberOption("--limit", "N", { min: 1, max: 100 }, "How many; else 20"),
      LIMIT_DEFAULT,
    ),
    config: configOption(),
    json: jsonFlag(),
  }, PLAIN),
  async run(context, { action, id, limit, config, json }) {
    const { host, output } = context;
    const asked = readWords(action, id);
    const client = rolloutCalls(await openClient(host, config));
    if (asked === null) {
      const answer = await client.last(limit);
      if (json) output.json(answer);
      else printRollouts(context, answer.rollouts);
      return "ok";
    }
    const view = asked.action === "show"
      ? await client.show(asked.id)
      : await client.tell(asked.id, asked.action);
    if (json) output.json(view);
    else printRollout(context, view);
    return "ok";
  },
});

/** Prints one, wave by wave. */
export function printRollout(
  { host, output }: Context,
  rollout: RolloutView,
): void {
  const [head = "", state = "", ...notes] = rolloutLines(
    rollout,
    host.clock.wallMs(),
  );
  output.line(head);
  output.line(state, styleOf(rollout.state));
  output.text(notes);
  const { columns, rows } = wavesTable(rollout);
  output.table(columns, rows);
  for (const line of troubleLines(rollout)) output.line(line, "bad");
}

function printRollouts(
  { host, output, program }: Context,
  rollouts: readonly RolloutView[],
): void {
  if (rollouts.length === 0) {
    output.note("There are no rollouts yet");
    output.note(
      `  Begin one with: ${program} install NAME --on all --waves 1,10%,100%`,
    );
    return;
  }
  const { columns, rows } = rolloutsTable(rollouts, host.clock.wallMs());
  output.table(columns, rows);
}

/** Null: all of them. */
function readWords(
  action: string | undefined,
  id: string | undefined,
): { readonly action: Action; readonly id: number } | null {
  if (action === undefined) return null;
  if (id === undefined && /^[0-9]+$/.test(action)) {
    return { action: "show", id: numberOf(action) };
  }
  const known = ACTIONS.find((one) => one === action);
  if (known === undefined) {
    const near = suggestion(action, [...ACTIONS]);
    throw new CliFailure(
      "usage",
      `There is no rollout ${action}${near === null ? "" : `; ${near}`}`,
      {
        advice: [
          "There are: rollout, rollout ID, rollout pause ID, resume ID, stop ID",
        ],
      },
    );
  }
  if (id !== undefined) return { action: known, id: numberOf(id) };
  throw new CliFailure("usage", "ID is missing", {
    advice: ["rollout lists the rollouts"],
  });
}

function numberOf(text: string): number {
  const id = /^[0-9]{1,15}$/.test(text) ? Number(text) : 0;
  if (id >= 1) return id;
  throw new CliFailure("usage", `"${text}" is not the number of a rollout`);
}
