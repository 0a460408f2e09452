/** `who-has`, against a server that is made up. */

import { assert, assertEquals } from "@std/assert";
import type {
  ListedProgramView,
  WhoHasView,
} from "../../lib/server/shapes/api_schema.ts";
import { withServer } from "./fake_server.ts";
import { fakeTerminal } from "./fake_terminal.ts";
import { listed } from "./inventory_views.ts";
import { before } from "./views.ts";

function holder(number: number, ...programs: ListedProgramView[]) {
  const machine = `room-${number}`;
  return { machine, id: `id-${number}`, at: before(60), programs };
}

function whoHas(changed: Partial<WhoHasView> = {}): WhoHasView {
  return {
    asked: "openssl < 3.0.15",
    machines: 1_000,
    holders: [],
    unlisted: [],
    nearest: [],
    ...changed,
  };
}

const QUESTION = "GET /v1/who-has?program=openssl+%3C+3.0.15";

Deno.test("who-has of a thousand machines is a few lines", async () => {
  const numbers = Array.from({ length: 997 }, (_, at) => at + 1);
  const holders = numbers.filter((number) => number % 100 !== 0).map((number) =>
    number % 2 === 1 || number < 500
      ? holder(
        number,
        listed("openssl", "3.0.11-1", { architecture: "amd64" }),
        listed("openssl", "3.0.11-1", { architecture: "i386" }),
      )
      : holder(number, listed("openssl", "3.0.14-1"))
  );
  const unlisted = ["lab-1", "lab-2", "lab-3"];
  const answers = { [QUESTION]: whoHas({ holders, unlisted }) };
  await withServer(answers, async (server) => {
    assertEquals(await server.run(["who-has", "openssl < 3.0.15"]), {
      code: 0,
      stdout: [
        "MACHINES  PROGRAM  VERSION   SOURCE  ON",
        "     244  openssl  3.0.14-1  dpkg    room-502, room-504, room-506, " +
        "room-508, room-510, room-512, room-514, room-516 and 236 more",
        "     744  openssl  3.0.11-1  dpkg    room-1..room-99, " +
        "room-101..room-199, room-201..room-299, room-301..room-399, " +
        "room-401..room-499, room-501, room-503, room-505 and 246 more",
        "",
      ].join("\n"),
      stderr: [
        "988 of 1000 machines have openssl < 3.0.15",
        "3 machines have sent no list, so nobody knows: lab-1..lab-3",
        "  Ask for lists with: flottille-server collect --on all --wait",
        "",
      ].join("\n"),
    });
    const long = await server.run(["who-has", "openssl < 3.0.15", "--long"]);
    assert(!long.stdout.includes("more"));
    const terminal = fakeTerminal({ interactive: true, columns: 80 });
    const narrow = await server.run(["who-has", "openssl < 3.0.15"], terminal);
    // deno-lint-ignore no-control-regex
    const plain = narrow.stdout.replaceAll(/\x1b\[\d*m/g, "");
    for (const line of plain.split("\n")) assert(line.length <= 80, line);
  });
});

Deno.test("who-has takes its question in several words", async () => {
  const holders = [holder(1, listed("openssl", "3.0.14-1"))];
  await withServer({ [QUESTION]: whoHas({ holders }) }, async (server) => {
    const ran = await server.run(["who-has", "openssl", "<", "3.0.15"]);
    assertEquals(ran.code, 0);
    assertEquals(
      ran.stderr,
      "1 of 1000 machines has openssl < 3.0.15\n",
    );
  });
});

Deno.test("who-has says that nobody has it, and what was perhaps meant", async () => {
  const line = "GET /v1/who-has?program=opensl";
  const answer = whoHas({ asked: "opensl", nearest: ["openssl", "openssh"] });
  await withServer({ [line]: answer }, async (server) => {
    assertEquals(await server.run(["who-has", "opensl"]), {
      code: 0,
      stdout: "",
      stderr: 'Nobody has opensl; did you mean "openssl" or "openssh"?\n' +
        "  1000 machines' lists were looked at\n",
    });
  });
});

Deno.test("who-has of a version that nobody has says how to see the others", async () => {
  await withServer({ [QUESTION]: whoHas() }, async (server) => {
    const { stderr } = await server.run(["who-has", "openssl < 3.0.15"]);
    assertEquals(stderr.split("\n"), [
      "Nobody has openssl < 3.0.15",
      "  1000 machines' lists were looked at",
      "  See which versions there are with: flottille-server who-has openssl",
      "",
    ]);
  });
});

Deno.test("who-has --not names the machines, in few words", async () => {
  const line = "GET /v1/who-has?program=antivirus&not=1&on=room-*";
  const holders = Array.from({ length: 30 }, (_, at) => holder(at + 1));
  const answer = whoHas({ asked: "antivirus", machines: 40, holders });
  await withServer({ [line]: answer }, async (server) => {
    const args = ["who-has", "--not", "antivirus", "--on", "room-*"];
    assertEquals(await server.run(args), {
      code: 0,
      stdout: "room-1..room-30\n",
      stderr: "30 of 40 machines do not have antivirus\n",
    });
    const { stdout } = await server.run([...args, "--long"]);
    assertEquals(stdout.split("\n").slice(0, 2), ["room-1", "room-2"]);
    assertEquals(stdout.split("\n").length, 31);
  });
});

Deno.test("who-has --not says when every machine has it", async () => {
  const line = "GET /v1/who-has?program=bash&not=1";
  const answer = whoHas({ asked: "bash", machines: 40 });
  await withServer({ [line]: answer }, async (server) => {
    const { stdout, stderr } = await server.run(["who-has", "bash", "--not"]);
    assertEquals(stdout, "");
    assertEquals(
      stderr,
      "All 40 machines that have sent a list have bash\n",
    );
  });
});

Deno.test("who-has --json prints the answer itself", async () => {
  const answer = whoHas({ holders: [holder(1, listed("openssl"))] });
  await withServer({ [QUESTION]: answer }, async (server) => {
    const ran = await server.run(["who-has", "openssl < 3.0.15", "--json"]);
    assertEquals(JSON.parse(ran.stdout), answer);
  });
});
