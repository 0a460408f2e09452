/**
 * `audit`: the journal of what was done with the fleet.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { multiple, optional } from "@optique/core/modifiers";
import {
  configOption,
  jsonFlag,
  numberOption,
  optionalWord,
  PLAIN,
  textOption,
} from "../arguments.ts";
import { type Context, defineCommand } from "../command.ts";
import type { ExitName } from "../exit_codes.ts";
import { CliFailure } from "../failure.ts";
import { suggestion } from "../suggestion.ts";

const ACTIONS = ["show", "export", "verify"] as const;
type Action = (typeof ACTIONS)[number];

/** What `show` prints at most. */
const LAST_MAX = 100_000;

/** What the actions are given. */
export interface AuditValues {
  readonly file: string | undefined;
  readonly last: number | undefined;
  readonly what: readonly string[];
  readonly order: number | undefined;
  readonly machine: string | undefined;
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly head: string | undefined;
  readonly fleet: string | undefined;
  readonly config: string | undefined;
  readonly json: boolean;
}

/** `flottille-server audit [show|export|verify [FILE]]`. */
export const auditCommand = defineCommand({
  name: "audit",
  group: "The fleet",
  summary: "Read, export or check the journal of everything that was done",
  usage: "[show [FILE] | export FILE | verify [FILE]] [OPTIONS]",
  about: [
    "The journal has a record for each order, each machine's answer, each " +
    "approval, revocation and change of a name, a group or a tag, each " +
    "publication and each change of a key. The server signs each record and " +
    "chains it to the one before by its hash. Without more, or with show, " +
    "prints the last records; of a FILE that was exported, or else the " +
    "fleet's own.",
    "verify checks every signature and every link with nothing but the " +
    "fleet's public key, whether a server runs or not. It tells the journal's " +
    "head, the number and hash of the last record. That the end was cut off " +
    "shows only by a head that was noted elsewhere: give it with --head.",
  ],
  examples: [
    ["audit", "the last 20 records"],
    ["audit show --machine pc-07 --since 7d", ""],
    ["audit show --what approved --what revoked", ""],
    ["audit export /mnt/stick/journal-2026.jsonl", ""],
    ["audit verify", ""],
    ["audit verify journal-2026.jsonl --fleet 8c0e...", "anywhere"],
  ],
  parser: object({
    action: optionalWord("ACTION", "show, export or verify; else show"),
    file: optionalWord("FILE", "An exported journal; else the fleet's own"),
    last: optional(numberOption(
      "--last",
      "NUMBER",
      { min: 1, max: LAST_MAX },
      "show: so many records at most; else 20",
    )),
    what: multiple(textOption(
      "--what",
      "WORD",
      "show: only these: order, answer, approved...; may be given often",
    )),
    order: optional(numberOption(
      "--order",
      "ID",
      { min: 1 },
      "show: only what is about this order",
    )),
    machine: optional(textOption(
      "--machine",
      "MACHINE",
      "show: only what is about this machine, by name or identifier",
    )),
    since: optional(textOption(
      "--since",
      "DATE",
      "show: not what was before: 2026-11-01, 2026-11-01T14:30, 7d, 12h",
    )),
    until: optional(textOption(
      "--until",
      "DATE",
      "show: not what came later",
    )),
    head: optional(textOption(
      "--head",
      "HEAD",
      "verify: a head that was told earlier, which must be in it",
    )),
    fleet: optional(textOption(
      "--fleet",
      "KEY",
      "The fleet's public key, where join.json is not",
    )),
    config: configOption(),
    json: jsonFlag(),
  }, PLAIN),
  async run(context, { action: word = "show", ...values }) {
    const action = actionOf(word);
    checkWords(action, values);
    return await (await runs[action]())(context, values);
  },
});

type Run = (context: Context, values: AuditValues) => Promise<ExitName>;

/** Loaded for this command alone: the others start in half the time. */
const runs: Readonly<Record<Action, () => Promise<Run>>> = {
  show: async () => (await import("../audit/audit_show.ts")).showAudit,
  export: async () => (await import("../audit/audit_export.ts")).exportAudit,
  verify: async () => (await import("../audit/audit_verify.ts")).verifyAudit,
};

function actionOf(word: string): Action {
  const action = ACTIONS.find((one) => one === word);
  if (action !== undefined) return action;
  const near = suggestion(word, ACTIONS);
  throw new CliFailure(
    "usage",
    `There is no audit ${word}${near === null ? "" : `; ${near}`}`,
    { advice: ["There are: audit show, audit export FILE, audit verify"] },
  );
}

/** What each action needs, and what it has no use for. */
function checkWords(action: Action, values: AuditValues): void {
  const { file, last, what, order, machine, since, until, head } = values;
  const refuse = (sentence: string, advice: string) => {
    throw new CliFailure("usage", sentence, { advice: [advice] });
  };
  if (action === "export" && file === undefined) {
    refuse("FILE is missing", "audit export FILE writes the journal into it");
  }
  const filters = [last, order, machine, since, until, what[0]];
  if (action !== "show" && filters.some((one) => one !== undefined)) {
    refuse(
      "--last, --what, --order, --machine, --since and --until are for audit " +
        "show",
      `audit ${action} is always about the whole journal`,
    );
  }
  if (action !== "verify" && head !== undefined) {
    refuse("--head is for audit verify", "Leave it out");
  }
}
