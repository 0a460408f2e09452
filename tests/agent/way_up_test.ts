/**
 * A list's way from the machine's own files to the server's store, over real
 * sockets: what goes up, what need not, and what it costs.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { askAgent } from "../../lib/agent/local.ts";
import { realHost } from "../../lib/host/real.ts";
import { LIBRARY_SOURCES } from "../../lib/peo/sources.ts";
import { withWayUp } from "./way_up_kit.ts";

/** IPv4 and UDP, before each datagram. */
const HEADERS_BYTES = 28;

const host = realHost();

Deno.test("An unchanged list costs a machine less than 1 KB on the wire, asked or offered", () =>
  withWayUp({}, async (way) => {
    const { parts, agent, stateDirectory } = way;
    await way.install("bash", "curl");
    const first = await way.collect();
    assertEquals(first.answer, "received");
    const came = await way.counts();
    assertEquals(came.connections, 1);
    const list = parts.lists.held(agent.machine);
    assertEquals(list?.programs, 2);
    const names = await way.store.listedPrograms(agent.machine, null);
    assertEquals(names.map(({ name }) => name), ["bash", "curl"]);

    const second = await way.collect();
    assertEquals(second.answer, "unchanged");
    const asked = await way.counts();
    const question = "send-list";
    const offer = { host, stateDirectory, question } as const;
    assertEquals(await askAgent(offer), { outcome: "unchanged" });
    const offered = await way.counts();
    for (const { datagrams, bytes, connections } of [asked, offered]) {
      assertEquals([datagrams, connections], [2, 0]);
      const onTheWire = bytes + datagrams * HEADERS_BYTES;
      assert(onTheWire <= 1_024, `${onTheWire} bytes`);
    }
    const confirmedMs = parts.lists.held(agent.machine)?.confirmedMs ?? 0;
    assert(confirmedMs > (list?.atMs ?? Infinity), "it was confirmed");

    await way.install("bash", "curl", "zsh");
    assertEquals(await askAgent(offer), { outcome: "sent" });
    assertEquals(parts.lists.held(agent.machine)?.programs, 3);
    assertEquals(way.told, []);
  }));

Deno.test("A document is kept as the machine signed it, whatever the server's log says of its way", () =>
  withWayUp({}, async (way) => {
    await way.install("bash");
    await way.collect();
    const { lists } = way.parts;
    const kept = await lists.document(way.agent.machine);
    const text = await new Response(kept?.read()).text();
    assertEquals(text.length, kept?.size);
    assertMatch(text, /"bomFormat":"CycloneDX".*\n.*"name":"bash"/);
  }));

Deno.test("A machine keeps the libraries that its server wants, as far as it knows them", () =>
  withWayUp(
    { config: '[collect]\nlibraries = ["npm", "cargo"]' },
    async (way) => {
      await way.install("bash");
      assertEquals((await way.collect()).answer, "received");
      const wanted = ["npm", "cargo"];
      const known = LIBRARY_SOURCES.filter((name) => wanted.includes(name));
      const path = `${way.stateDirectory}/libraries`;
      const kept = await host.disk.stat(path) === null
        ? ""
        : (await Deno.readTextFile(path)).trim();
      assertEquals(kept, known.join(","));
      // What it offers by itself is the same list.
      const { stateDirectory } = way;
      const question = "send-list";
      const said = await askAgent({ host, stateDirectory, question });
      assertEquals(said, { outcome: "unchanged" });
    },
  ));
