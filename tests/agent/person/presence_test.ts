/** Who is at this machine: its real files, and real processes. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { Persons } from "../../../lib/agent/person/presence.ts";
import type { Spared } from "../../../lib/agent/person/sparing.ts";
import { realDisk } from "../../../lib/host/real_disk.ts";
import { realMachine } from "../../../lib/host/real_machine.ts";
import { realProcesses } from "../../../lib/host/real_processes.ts";

/** Some number of a person's account; it needs no name. */
const PERSON = 54_321;

/** Calls `act` in a machine's place. */
async function withPlace(
  spared: readonly Spared[],
  act: (place: {
    readonly directory: string;
    readonly persons: Persons;
    readonly troubles: string[];
  }) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "flottille-person-" });
  await Deno.chmod(directory, 0o755);
  const troubles: string[] = [];
  const persons = new Persons({
    host: {
      disk: realDisk(),
      machine: realMachine(),
      processes: realProcesses(),
    },
    spared,
    examPath: `${directory}/exam`,
    programsDirectory: `${directory}/programs`,
    sessionsDirectory: `${directory}/sessions`,
    log: (_level, message) => troubles.push(message),
  });
  try {
    await act({ directory, persons, troubles });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("Persons spares every program while the exam's file is there", async () => {
  await withPlace([], async ({ directory, persons, troubles }) => {
    assertEquals(await persons.whySpared("editor"), null);
    await Deno.writeTextFile(`${directory}/exam`, "");
    assertEquals(await persons.whySpared("editor"), "an exam is under way");
    const text = `Maths\u001b[2J until noon ${"x".repeat(500)}\nsecond line`;
    await Deno.writeTextFile(`${directory}/exam`, text);
    const why = await persons.whySpared("editor") ?? "";
    assertMatch(why, /^an exam is under way \(Maths \[2J until noon x+\)$/);
    assert(why.length < 160, why);
    await Deno.remove(`${directory}/exam`);
    assertEquals(await persons.whySpared("editor"), null);
    assertEquals(troubles, []);
  });
});

Deno.test("Persons spares a machine while somebody is logged in, if asked to", async () => {
  await withPlace(["login"], async ({ directory, persons, troubles }) => {
    const sessions = `${directory}/sessions`;
    await Deno.mkdir(sessions);
    assertEquals(await persons.whySpared("editor"), null);
    await Deno.writeTextFile(
      `${sessions}/1`,
      "TYPE=tty\nCLASS=user\nREMOTE=1\n",
    );
    // What logind keeps beside a session: opened, it would never end.
    const { success } = await new Deno.Command("mkfifo", {
      args: [`${sessions}/2.ref`],
    }).output();
    assert(success);
    assertEquals(await persons.whySpared("editor"), null);
    await Deno.writeTextFile(
      `${sessions}/2`,
      "TYPE=x11\nCLASS=user\nSEAT=seat0\n",
    );
    assertEquals(
      await persons.whySpared("editor"),
      "somebody is logged in at the machine",
    );
    assertEquals(troubles, []);
  });
});

Deno.test({
  name:
    "Persons spares a program that a person runs, and none that a service runs",
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
  async fn() {
    await withPlace(["use"], async ({ directory, persons, troubles }) => {
      const bin = `${directory}/programs/editor/1.0/bin`;
      await Deno.mkdir(bin, { recursive: true });
      await Deno.copyFile("/bin/sleep", `${bin}/editor`);
      await Deno.chmod(`${bin}/editor`, 0o755);
      await Deno.writeTextFile(`${bin}/script`, "kill -STOP $$\n");
      await Deno.mkdir(`${directory}/programs/edit`);

      const service = begin([`${bin}/editor`, "60"], 0);
      assertEquals(await persons.whySpared("editor"), null);
      const person = begin([`${bin}/editor`, "60"], PERSON);
      const inUse = `editor is in use (process ${person.pid})`;
      assertEquals(await persons.whySpared("editor"), inUse);
      // A name that another one begins with is another program.
      assertEquals(await persons.whySpared("edit"), null);
      assertEquals(await persons.whySpared("unknown"), null);
      await end(person);
      assertEquals(await persons.whySpared("editor"), null);

      const script = begin(["/bin/sh", `${bin}/script`], PERSON);
      const runs = `editor is in use (process ${script.pid})`;
      assertEquals(await persons.whySpared("editor"), runs);
      await end(script);
      await end(service);
      assertEquals(troubles, []);
    });
  },
});

function begin([program = "", ...args]: string[], uid: number) {
  return new Deno.Command(program, {
    ...{ args, uid, stdin: "null", stdout: "null", stderr: "null" },
  }).spawn();
}

async function end(child: Deno.ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await child.status;
}

Deno.test("Persons takes what cannot be found out for nobody, and says so", async () => {
  await withPlace(["login"], async ({ directory, persons, troubles }) => {
    // A file where a directory should be.
    await Deno.writeTextFile(`${directory}/sessions`, "");
    assertEquals(await persons.whySpared("editor"), null);
    assertEquals(troubles, ["Cannot look for the sessions at the machine"]);
  });
});
