/**
 * `rollback`: back to the version that each machine has kept.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { optionalWord, PLAIN, wordArgument } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { changeOptions, order, ORDER_GROUP } from "../order_options.ts";

/** `flottille-server rollback NAME [VERSION] --on WHERE`. */
export const rollbackCommand = defineCommand({
  name: "rollback",
  group: ORDER_GROUP,
  summary: "Go back to the version before, without a download",
  usage: "NAME [VERSION] --on WHERE... [--wait]",
  about: [
    "Has each machine go back to the version that it kept when the program was " +
    "last updated. Nothing is downloaded, and the version need not be " +
    "published any more. It is done when the machine says which version it " +
    "has now. One step back is kept, and no more: a second rollback goes to " +
    "the newer version again.",
    "With VERSION, a machine that kept another one refuses. A version whose " +
    "publisher forbids the way back, because it closes a hole, stays.",
  ],
  examples: [["rollback editor --on room-3-01 --wait", ""]],
  parser: object({
    name: wordArgument("NAME", "The program"),
    version: optionalWord("VERSION", "The version to go back to"),
    ...changeOptions(),
  }, PLAIN),
  run: (context, { name, version, ...values }) =>
    order(context, {
      verb: "rollback",
      name,
      ...(version === undefined ? {} : { version }),
    }, values),
});
