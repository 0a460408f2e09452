/**
 * `has`, `ensure`, `install`, `update`, `remove`, `collect`: the orders, and
 * `--wait`, which follows them to their ends.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { optionalWord, PLAIN, wordArgument } from "../arguments.ts";
import { type Command, defineCommand } from "../command.ts";
import {
  changeOptions,
  installOptions,
  order,
  ORDER_GROUP,
  orderOptions,
} from "../order_options.ts";

/** What every order that installs does beforehand. */
const FIRST = "What the program requires is installed before it. When that " +
  "cannot be on one of the machines, nothing is ordered, and the answer says " +
  "why; --dry-run shows what would be done.";

/** `flottille-server has NAME VERSION --on WHERE`, flow 3. */
export const hasCommand = defineCommand({
  name: "has",
  group: ORDER_GROUP,
  summary: "Ask machines whether they have a program",
  usage: "NAME VERSION --on WHERE... [--wait]",
  about: [
    "Asks each machine whether it has this version of a program, and does " +
    "nothing else. The version * means any.",
  ],
  examples: [["has editor 1.0 --on all --wait", ""]],
  parser: object({ ...exactly(), ...orderOptions() }, PLAIN),
  run: (context, { name, version, ...values }) =>
    order(context, { verb: "has", name, version }, values),
});

/** `flottille-server ensure NAME VERSION --on WHERE`, flow 3, then 6. */
export const ensureCommand = defineCommand({
  name: "ensure",
  group: ORDER_GROUP,
  summary: "Install a program where it is missing",
  usage: "NAME VERSION --on WHERE... [--wait] [--dry-run]",
  about: [
    "Asks each machine whether it has this version of a program, and installs " +
    "it where the answer is no.",
    FIRST,
  ],
  examples: [["ensure editor 1.0 --on all --wait", ""]],
  parser: object({ ...exactly(), ...installOptions() }, PLAIN),
  run: (context, { name, version, ...values }) =>
    order(context, { verb: "ensure", name, version }, values),
});

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
  group: ORDER_GROUP,
  summary: "Remove a program",
  usage: "NAME --on WHERE... [--wait]",
  about: [
    "Removes a program that Flottille installed, whichever version it is. The " +
    "order is done when the machine itself says that the program is gone.",
    "A machine refuses while another program of its own requires this one, or " +
    "when the package is protected.",
  ],
  examples: [["remove editor --on room-3-01 --wait", ""]],
  parser: object({
    name: wordArgument("NAME", "The program"),
    ...changeOptions(),
  }, PLAIN),
  run: (context, { name, ...values }) =>
    order(context, { verb: "remove", name }, values),
});

/** `flottille-server collect --on WHERE [--wait]`, flow 4. */
export const collectCommand = defineCommand({
  name: "collect",
  group: ORDER_GROUP,
  summary: "Ask machines for their program lists; made for cron",
  usage: "--on WHERE... [--wait] [--timeout SECONDS]",
  about: [
    "Asks each machine for its program list; an unchanged list is not sent " +
    "again. With --wait it is made for cron: it prints nothing and ends with " +
    "0 when every list came, and else prints one line for each machine that " +
    "did not answer, and ends with 1.",
    "--wait does not wait for machines that are off: when all that can answer " +
    "have, it ends. Without --timeout it gives up after 300 seconds. A machine " +
    "that was off is asked when it comes back all the same.",
  ],
  examples: [
    ["collect --on all --wait", "the line for cron"],
    ["collect --on all --wait --timeout 60", ""],
  ],
  parser: object(orderOptions(), PLAIN),
  run: (context, values) => order(context, { verb: "collect" }, values),
});

/** A program in one version. */
function exactly() {
  return {
    name: wordArgument("NAME", "The program"),
    version: wordArgument("VERSION", "Its version"),
  };
}

/** A command that takes the latest version when none is given. */
function latestCommand(
  name: "install" | "update",
  summary: string,
  about: string,
): Command {
  return defineCommand({
    name,
    group: ORDER_GROUP,
    summary,
    usage: "NAME [VERSION] --on WHERE... [--wait] [--dry-run]",
    about: [about, "Without VERSION it is the latest published one.", FIRST],
    examples: [
      [`${name} editor --on all --wait`, "the latest version, everywhere"],
      [`${name} editor 1.0 --on 'room-3-*'`, "one version, in one room"],
    ],
    parser: object({
      name: wordArgument("NAME", "The program"),
      version: optionalWord("VERSION", "Its version; else the latest one"),
      ...installOptions(),
    }, PLAIN),
    run: (context, { name: program, version, ...values }) =>
      order(context, {
        verb: name,
        name: program,
        ...(version === undefined ? {} : { version }),
      }, values),
  });
}
