/** `diff`, and mistyped words of every command about the inventory. */

import { assert, assertEquals } from "@std/assert";
import type { DiffView } from "../../lib/server/shapes/api_schema.ts";
import { WALL_START_MS } from "./fake_clock.ts";
import { refused, withServer } from "./fake_server.ts";
import { DAY_S, listed, local } from "./inventory_views.ts";
import { before, machineView } from "./views.ts";

// deno-fmt-ignore
const WRONG: readonly [string, string][] = [
  ["list workshop-3 --at yesterday", '"yesterday" is no date'],
  ["list workshop-3 --at 2025-02-30", '"2025-02-30" is no date: that month has 28 days'],
  ["list workshop-3 --at 2099-01-01", '"2099-01-01" has not come yet; the newest list is that of now'],
  ["list workshop-3 --at 3d --dates", "--dates tells all dates: leave out --at"],
  ["list workshop-3 --document --at 3d", "--document is the machine's last list, as it came: leave out --at"],
  ["list workshop-3 --document --dates", "--dates and --document are two questions: ask one"],
  ["list workshop-3 --document --json", "--document prints the document as it is: leave out --json"],
  ["list workshop-3 --output x", "--output is for --document, which is missing"],
  ["diff workshop-3", "DATE-OR-MACHINE is missing"],
  ["diff workshop-3 2025-13-01", '"2025-13-01" is no date: there is no month 13'],
  ["diff workshop-3 2d 2025-13-01", '"2025-13-01" is no date: there is no month 13'],
  ["diff workshop-3 workshop-4 3d", '"workshop-4" is no date: diff takes MACHINE DATE DATE or MACHINE MACHINE'],
  ["diff workshop-3 2d 3d", '"2d" is later than "3d": give the earlier date first'],
  ["diff workshop-3 2d 1d now", 'There is one word too many: "now"'],
  ["who-has", "QUESTION is missing"],
  ["export", "--format is missing: cyclonedx, csv or json"],
  ["export --format cyclondx", '--format must be cyclonedx, csv or json, not "cyclondx"; did you mean "cyclonedx"?'],
];

for (const [line, sentence] of WRONG) {
  Deno.test(`${line} says what is wrong, before it asks the server`, async () => {
    await withServer({}, async (server) => {
      const { code, stdout, stderr } = await server.run(line.split(" "));
      assertEquals(stderr.split("\n")[0], `error: ${sentence}`);
      assertEquals(code, 2);
      assertEquals(stdout, "");
      assertEquals(server.asked, []);
    });
  });
}

const DIFF: DiffView = {
  from: { machine: "workshop-3", at: before(3 * DAY_S), faults: [] },
  to: { machine: "workshop-3", at: before(DAY_S), faults: [] },
  added: [listed("firefox", "131.0", { architecture: "amd64" })],
  removed: [listed("gimp\x1b[2J", "")],
  changed: [{
    from: listed("openssl", "3.0.14-1"),
    to: listed("openssl", "3.0.15-1"),
  }],
  same: 843,
};

Deno.test("diff of one machine takes its second date for now", async () => {
  const from = new Date(WALL_START_MS - 3 * DAY_S * 1_000).toISOString();
  const line = `GET /v1/diff?from=workshop-3&fromAt=${
    encodeURIComponent(from)
  }&to=workshop-3`;
  const answers = { [line]: DIFF, "GET /v1/machines": { machines: [] } };
  await withServer(answers, async (server) => {
    assertEquals(await server.run(["diff", "workshop-3", "3d"]), {
      code: 0,
      stdout: [
        "- gimp\\u001b[2J (dpkg)",
        "+ firefox 131.0 (dpkg amd64)",
        "~ openssl 3.0.14-1 -> 3.0.15-1 (dpkg)",
        "",
      ].join("\n"),
      stderr: [
        `--- workshop-3 ${local(before(3 * DAY_S)).slice(0, -3)}`,
        `+++ workshop-3 ${local(before(DAY_S)).slice(0, -3)}`,
        "1 removed, 1 added, 1 in another version, 843 the same",
        "",
      ].join("\n"),
    });
  });
});

Deno.test("diff of two machines says which has what", async () => {
  const line = "GET /v1/diff?from=workshop-3&to=lab";
  const to = { machine: "lab", at: before(1), faults: [] };
  await withServer({ [line]: { ...DIFF, to } }, async (server) => {
    const { code, stderr } = await server.run(["diff", "workshop-3", "lab"]);
    assertEquals(code, 0);
    assertEquals(
      stderr.split("\n")[2],
      "1 only on workshop-3, 1 only on lab, 1 in another version, 843 the same",
    );
  });
});

Deno.test("diff says which of its lists is not whole: what is missing may not be gone", async () => {
  const line = "GET /v1/diff?from=workshop-3&to=lab";
  const faults = [{ source: "rpm", error: "it did not end within 20 s" }];
  const to = { machine: "lab", at: before(1), faults };
  await withServer({ [line]: { ...DIFF, to } }, async (server) => {
    const { stderr } = await server.run(["diff", "workshop-3", "lab"]);
    assertEquals(
      stderr.split("\n")[3],
      "The list of lab is not whole (rpm): it did not end within 20 s",
    );
  });
});

Deno.test("diff does not guess when a word is a date and a machine's name", async () => {
  const machines = [machineView({ name: "3D", id: "aa11bb22" })];
  await withServer({ "GET /v1/machines": { machines } }, async (server) => {
    const ran = await server.run(["diff", "workshop-3", "3d"]);
    assertEquals(ran, {
      code: 2,
      stdout: "",
      stderr: 'error: "3d" is a date, and a machine is called so\n' +
        "  For the machine give its identifier: aa11bb22\n" +
        "  For the date write it in another way, such as 2026-11-01T23:59\n",
    });
  });
});

Deno.test("diff says what a date is when the word for it is taken for a machine", async () => {
  const line = "GET /v1/diff?from=workshop-3&to=01%2F11%2F2026";
  const answers = {
    [line]: refused(404, 'No machine is called "01/11/2026"'),
  };
  await withServer(answers, async (server) => {
    const { code, stderr } = await server.run([
      ...["diff", "workshop-3", "01/11/2026"],
    ]);
    assertEquals(code, 5);
    assert(stderr.includes("If a date was meant: A date is 2026-"), stderr);
  });
});
