/**
 * `restore`: the fleet's server again, from a backup.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { withDefault } from "@optique/core/modifiers";
import { jsonFlag, needing, textOption, wordArgument } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { withConfigFailures } from "../failure.ts";
import { counted, showMoment } from "../units.ts";

/** `flottille-server restore BACKUP --dir DIRECTORY`. */
export const restoreCommand = defineCommand({
  name: "restore",
  group: "The fleet",
  summary: "Make the server again from a backup, here or on another computer",
  usage: "BACKUP --dir DIRECTORY",
  about: [
    "Makes the fleet's directory again from what backup made, or from a copy " +
    "of a stopped server's directory; BACKUP is only read. Keys, documents, " +
    "config and store are checked before anything is put in its place, and " +
    "nothing that is there is ever overwritten.",
    "No machine has to be touched: it knows the server by its key. What " +
    "machines did since the backup is not in it: their lists and versions " +
    "come again by themselves, orders that were given since have to be given " +
    "again, machines that joined since join again. No number of an order " +
    "comes twice. For a new computer: stop the old server, backup (which " +
    "works then too), restore on the new one, run.",
  ],
  examples: [
    ["restore /srv/backup/flottille-2026-11-23 --dir /etc/flottille", ""],
  ],
  parser: object({
    from: wordArgument("BACKUP", "What backup made"),
    directory: withDefault(
      textOption("--dir", "DIRECTORY", "Where the fleet shall live; else here"),
      ".",
    ),
    json: jsonFlag(),
  }, needing("BACKUP")),
  async run({ host, output }, { from, directory, json }) {
    // Loaded for this command alone: the others start in half the time.
    const { restoreFleet } = await import("../../server/fleet/restore.ts");
    const restored = await withConfigFailures(
      restoreFleet({ host, from, to: directory }),
    );
    if (json) {
      const { copiedMs, ...rest } = restored;
      output.json({ ...rest, copied: new Date(copiedMs).toISOString() });
      return "ok";
    }
    const { fleet, files, machines, programs, missing } = restored;
    const copied = new Date(restored.copiedMs).toISOString();
    output.line(
      `The fleet ${fleet} is in ${restored.directory}: ` +
        `${counted(files, "file")}, ${counted(machines, "machine")}, ` +
        `${counted(programs, "program")}, as of ${copied} (${
          showMoment(copied, host.clock.wallMs())
        })`,
    );
    for (const program of missing) {
      output.line(
        `The backup lacks the package of ${program}: publish it again`,
        "bad",
      );
    }
    output.line("");
    for (const reminder of restored.reminders) output.line(`- ${reminder}`);
    return "ok";
  },
});
