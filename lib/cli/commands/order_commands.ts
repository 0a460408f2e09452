/**
 * `has`, `ensure`, `install`, `update`, `remove`, `collect`: the orders, and
 * `--wait`, which follows them to their ends.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import type { OrderBody, Verb } from "../../server/shapes/api_schema.ts";
import {
  configOption,
  jsonFlag,
  optionalWord,
  PLAIN,
  switchOf,
  timeoutOption,
  whereOption,
  wordArgument,
} from "../arguments.ts";
import { type Command, type Context, defineCommand } from "../command.ts";
import type { ExitName } from "../exit_codes.ts";
import { CliFailure } from "../failure.ts";
import { openClient } from "../fleet.ts";
import { giveOrder } from "../give_order.ts";

const GROUP = "Orders";

/** The options of every order. */
const common = () => ({
  on: whereOption(),
  wait: switchOf("--wait", "Follow the order until each machine has ended it"),
  timeout: timeoutOption("With --wait: give up after this time"),
  config: configOption(),
  json: jsonFlag(),
});

interface CommonValues {
  readonly on: readonly string[];
  readonly wait: boolean;
  readonly timeout: number | undefined;
  readonly config: string | undefined;
  readonly json: boolean;
}

/** `flottille-server has NAME VERSION --on WHERE`, flow 3. */
export const hasCommand = exactCommand(
  "has",
  "Ask machines whether they have a program",
  "Asks each machine whether it has this version of a program, and does " +
    "nothing else. The version * means any.",
);

/** `flottille-server ensure NAME VERSION --on WHERE`, flow 3, then 6. */
export const ensureCommand = exactCommand(
  "ensure",
  "Install a program where it is missing",
  "Asks each machine whether it has this version of a program, and installs " +
    "it where the answer is no.",
);

/** `flottille-server install NAME [VERSION] --on WHERE`, flow 6 or 8. */
export const installCommand = latestCommand(
  "install",
  "Install a program, or another version of it",
  "Installs a program. Where another version of it is, the new one is put " +
    "beside it, checked and switched to; a failure leaves the old one.",
);

/** `flottille-server update NAME [VERSION] --on WHERE`, flow 8. */
export const updateCommand = latestCommand(
  "update",
  "Update a program where it is installed",
  "Updates a program on the machines that have it, and leaves the others " +
    "alone.",
);

/** `flottille-server remove NAME --on WHERE`, flow 7. */
export const removeCommand = defineCommand({
  name: "remove",
  group: GROUP,
  summary: "Remove a program",
  usage: "NAME --on WHERE... [--wait]",
  about: [
    "Removes a program that Flottille installed, whichever version it is. The " +
    "order is done when the machine itself says that the program is gone.",
  ],
  examples: [["remove editor --on room-3-01 --wait", ""]],
  parser: object({
    name: wordArgument("NAME", "The program"),
    ...common(),
  }, PLAIN),
  run: (context, { name, ...values }) =>
    order(context, { verb: "remove", name }, values),
});

/** `flottille-server collect --on WHERE [--wait]`, flow 4. */
export const collectCommand = defineCommand({
  name: "collect",
  group: GROUP,
  summary: "Ask machines for their program lists; made for cron",
  usage: "--on WHERE... [--wait] [--timeout SECONDS]",
  about: [
    "Asks each machine for its program list; an unchanged list is not sent " +
    "again. With --wait it is made for cron: it prints nothing and ends with " +
    "0 when every list came, and else prints one line for each machine that " +
    "did not answer, and ends with 1.",
    "Without --timeout, --wait gives up after 300 seconds; a machine that was " +
    "off is asked when it comes back all the same.",
  ],
  examples: [
    ["collect --on all --wait", "the line for cron"],
    ["collect --on all --wait --timeout 60", ""],
  ],
  parser: object(common(), PLAIN),
  run: (context, values) => order(context, { verb: "collect" }, values),
});

/** A command whose version must be given. */
function exactCommand(
  name: "has" | "ensure",
  summary: string,
  about: string,
): Command {
  return defineCommand({
    name,
    group: GROUP,
    summary,
    usage: "NAME VERSION --on WHERE... [--wait]",
    about: [about],
    examples: [[`${name} editor 1.0 --on all --wait`, ""]],
    parser: object({
      name: wordArgument("NAME", "The program"),
      version: wordArgument("VERSION", "Its version"),
      ...common(),
    }, PLAIN),
    run: (context, { name: program, version, ...values }) =>
      order(context, { verb: name, name: program, version }, values),
  });
}

/** A command that takes the latest version when none is given. */
function latestCommand(
  name: "install" | "update",
  summary: string,
  about: string,
): Command {
  return defineCommand({
    name,
    group: GROUP,
    summary,
    usage: "NAME [VERSION] --on WHERE... [--wait]",
    about: [about, "Without VERSION it is the latest published one."],
    examples: [
      [`${name} editor --on all --wait`, "the latest version, everywhere"],
      [`${name} editor 1.0 --on 'room-3-*'`, "one version, in one room"],
    ],
    parser: object({
      name: wordArgument("NAME", "The program"),
      version: optionalWord("VERSION", "Its version; else the latest one"),
      ...common(),
    }, PLAIN),
    run: (context, { name: program, version, ...values }) =>
      order(context, {
        verb: name,
        name: program,
        ...(version === undefined ? {} : { version }),
      }, values),
  });
}

/** A cron job must end, however many machines are off. */
const COLLECT_TIMEOUT_MS = 300_000;

async function order(
  context: Context,
  what: Omit<OrderBody, "on"> & { readonly verb: Verb },
  { on, wait, timeout, config, json }: CommonValues,
): Promise<ExitName> {
  if (timeout !== undefined && !wait) {
    throw new CliFailure("usage", "--timeout is for --wait, which is missing", {
      advice: [`${context.program} ${what.verb} --help says more`],
    });
  }
  const client = await openClient(context.host, config);
  const isCollect = what.verb === "collect";
  return await giveOrder(context, {
    client,
    body: { ...what, on: [...on] },
    wait,
    json,
    timeoutMs: timeout ?? (isCollect ? COLLECT_TIMEOUT_MS : null),
    quiet: isCollect,
  });
}
