/** The agent's end among servers that are not what they should be. */

import { assert, assertEquals } from "@std/assert";
import { makeCertificate } from "../../lib/host/certificate.ts";
import type { Disk } from "../../lib/host/disk.ts";
import { realStreams } from "../../lib/host/real_streams.ts";
import { SipClient, type SipServer } from "../../lib/sip/client.ts";
import { SIP_LIMITS } from "../../lib/sip/limits.ts";
import { Line } from "../../lib/sip/line.ts";
import { certificatePem } from "../../lib/sip/pin.ts";
import { sha256, utf8 } from "../../lib/trust/bytes.ts";
import { frameOf } from "./hand_made.ts";
import {
  clock,
  disk,
  faultOf,
  hexHash,
  listOf,
  makeMachine,
  someBytes,
  temporaryDirectory,
} from "./things.ts";
import {
  ANY,
  certificate,
  certificateHash,
  listen,
  makeClient,
  makeWorld,
  playServer,
  serverAt,
} from "./world.ts";

const machine = makeMachine();
const client = makeClient(machine);

Deno.test("SipClient connects to no certificate but the delegated one, S-09", async () => {
  await using world = await makeWorld();
  world.house.know(machine);
  const honest = world.server(machine);
  const other = await makeCertificate();
  const wrong: [string, Partial<SipServer>, string][] = [
    [
      "another PEM",
      { certificatePem: other.certificatePem },
      "is not the one that the fleet's owner delegated",
    ],
    [
      "another hash",
      { certificateHash: sha256(other.certificateDer) },
      "is not the one that the fleet's owner delegated",
    ],
    [
      "another server",
      {
        certificatePem: certificatePem(other.certificateDer),
        certificateHash: sha256(other.certificateDer),
      },
      "the certificate shown is not the server's",
    ],
  ];
  for (const [name, difference, sentence] of wrong) {
    const server = { ...honest, ...difference };
    const { reason, detail } = faultOf(
      await client.fetchPublishers({ server }),
    );
    assertEquals(reason, "network", name);
    assert(detail.includes(sentence), `${name}: ${detail}`);
  }
});

Deno.test("SipClient says that nothing listens there", async () => {
  const listener = Deno.listen(ANY);
  const { hostname, port } = listener.addr;
  listener.close();
  const server = serverAt({ hostname, port }, machine);
  const { reason, detail } = faultOf(await client.fetchPublishers({ server }));
  assertEquals(reason, "network");
  assert(detail.includes("nothing listens there"), detail);
});

Deno.test("SipClient whose session is over is met with silence, and guesses why", async () => {
  await using world = await makeWorld();
  world.house.know(machine);
  const server = { ...world.server(machine), session: new Uint8Array(8) };
  const { reason, detail } = faultOf(await client.fetchPublishers({ server }));
  assertEquals(reason, "network");
  assert(detail.includes("session"), detail);
});

const greetings: [string, Uint8Array, string][] = [
  [
    "another protocol",
    utf8("SSH-2.0-".padEnd(36, "x")),
    "does not speak SiP 1",
  ],
  ["a later version", utf8("SiP2".padEnd(36, "x")), "does not speak SiP 1"],
  ["half a greeting", utf8("SiP1abc"), "closed the connection"],
];
for (const [name, bytes, sentence] of greetings) {
  Deno.test(`SipClient tells nothing of itself to ${name}`, async () => {
    const listener = listen(ANY);
    const heard = Promise.withResolvers<number>();
    void (async () => {
      for await (const stream of listener.accept()) {
        const line = new Line(stream, clock, SIP_LIMITS);
        await line.write(bytes);
        if (bytes.length < 36) line.close();
        heard.resolve(await line.fill(new Uint8Array(1)));
        line.close();
      }
    })();
    const server = serverAt(listener.address, machine);
    const { detail } = faultOf(await client.fetchPublishers({ server }));
    assert(detail.includes(sentence), detail);
    assertEquals(await heard.promise, 0);
    listener.close();
  });
}

Deno.test("SipClient waits for a silent server until its deadline", async () => {
  const listener = listen(ANY);
  const patient = makeClient(machine, { answerMsMax: 100 });
  const server = serverAt(listener.address, machine);
  const { detail } = faultOf(await patient.fetchPublishers({ server }));
  assert(detail.includes("greeting did not come within 0.1 s"), detail);
  listener.close();
});

Deno.test("SipClient waits for an answer until its deadline", async () => {
  using mute = playServer(machine, async (line) => {
    await line.fill(new Uint8Array(1));
  });
  // Long enough for the greeting, on a machine that is busy.
  const patient = makeClient(machine, { answerMsMax: 1_000 });
  const { server } = mute;
  const { detail } = faultOf(await patient.fetchPublishers({ server }));
  assert(detail.includes("answer did not come within 1 s"), detail);
});

Deno.test("SipClient gives up a download that trickles, and keeps what came, S-05", async () => {
  await using directory = await temporaryDirectory();
  const partPath = `${directory.path}/part`;
  using slow = playServer(machine, async (line) => {
    await line.write(frameOf("[OK{100000}]"));
    await line.write(frameOf("statement"));
    while (await line.write(Uint8Array.of(7))) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });
  const strict = makeClient(machine, {
    rateWindowMs: 300,
    rateBytesMin: 10_000,
  });
  const outcome = await strict.downloadPackage({
    server: slow.server,
    sha256: "00".repeat(32),
    size: 100_000,
    partPath,
  });
  const { reason, detail } = faultOf(outcome);
  assertEquals(reason, "network");
  assert(detail.includes("Fewer than 10000 bytes a second"), detail);
  assert((await Deno.stat(partPath)).size > 0);
});

for (const answer of ["[OK{}]", "[oui]", "[editeurs]", "[OK{1}", "HTTP/1.1"]) {
  Deno.test(`SipClient takes ${answer} for no answer`, async () => {
    using odd = playServer(machine, async (line) => {
      await line.write(frameOf(answer));
      await line.fill(new Uint8Array(1));
    });
    const { server } = odd;
    const { detail } = faultOf(await client.fetchPublishers({ server }));
    assert(detail.includes("is not [OK] or [rate]"), detail);
  });
}

Deno.test("SipClient takes no answer and no list of an absurd length, S-08", async () => {
  for (
    const bytes of [
      Uint8Array.of(0, 0, 0, 0),
      Uint8Array.of(0, 0, 4, 1),
      Uint8Array.of(255, 255, 255, 255),
      frameOf("[OK]"),
      frameOf("[OK{262145}]"),
      frameOf(`[OK{${Number.MAX_SAFE_INTEGER}}]`),
    ]
  ) {
    using odd = playServer(machine, async (line) => {
      await line.write(bytes);
      await line.fill(new Uint8Array(1));
    });
    const { server } = odd;
    const { reason } = faultOf(await client.fetchPublishers({ server }));
    assertEquals(reason, "network");
  }
});

Deno.test("SipClient that is closed comes back at once, and keeps what came", async () => {
  await using directory = await temporaryDirectory();
  const partPath = `${directory.path}/part`;
  const stopping = makeClient(machine);
  using endless = playServer(machine, async (line) => {
    await line.write(frameOf("[OK{100000}]"));
    await line.write(frameOf("statement"));
    await line.write(new Uint8Array(50_000));
    stopping.close();
    await line.fill(new Uint8Array(1));
  });
  const wish = {
    server: endless.server,
    sha256: "00".repeat(32),
    size: 100_000,
    partPath,
  };
  const first = faultOf(await stopping.downloadPackage(wish));
  assert(first.detail.includes("The agent is stopping"), first.detail);
  const { size } = await Deno.stat(partPath);
  const second = faultOf(await stopping.downloadPackage(wish));
  // What is there is not even hashed again: that may take a minute.
  assertEquals(second, { reason: "network", detail: "The agent is stopping" });
  assertEquals((await Deno.stat(partPath)).size, size);
});

for (const percent of [0, 50, 99]) {
  Deno.test(`SipClient whose disk is full at ${percent} % gives the space back, S-13`, async () => {
    await using world = await makeWorld();
    world.house.know(machine);
    const bytes = someBytes(1_000_000);
    const partPath = `${world.directory}/part`;
    const full = new SipClient({
      streams: realStreams(),
      disk: fullAfter(bytes.length * percent / 100),
      clock,
      limits: { ...SIP_LIMITS, blockBytes: 10_000 },
      identity: machine,
    });
    const wish = {
      server: world.server(machine),
      sha256: await world.house.publish(bytes),
      size: bytes.length,
      partPath,
    };
    const outcome = await full.downloadPackage(wish);
    assertEquals(faultOf(outcome).reason, "disk");
    assertEquals(await disk.stat(partPath), null);
    // With space again, it works.
    assertEquals((await client.downloadPackage(wish)).ok, true);
    assertEquals(hexHash(await Deno.readFile(partPath)), wish.sha256);
  });
}

Deno.test("SipClient tells what its disk refuses", async () => {
  const wish = {
    server: serverAt({ hostname: "127.0.0.1", port: 1 }, machine),
    sha256: "00".repeat(32),
    size: 1,
  };
  const partPath = "/nowhere/part";
  const down = faultOf(await client.downloadPackage({ ...wish, partPath }));
  assertEquals(down.reason, "system");
  assert(down.detail.includes('Cannot open "/nowhere/part"'), down.detail);
  const list = { ...listOf(new Uint8Array(1)), from: "/nowhere/B.peo.gz" };
  const up = faultOf(await client.uploadList({ ...wish, ...list }));
  assertEquals(up.reason, "system");
});

Deno.test("SipClient is given the very certificate of the tests", () => {
  assertEquals(sha256(certificate.certificateDer), certificateHash);
});

/** The real disk, with room for so many bytes, which it does not tell. */
function fullAfter(bytesMax: number): Disk {
  let left = bytesMax;
  return {
    ...disk,
    spaceFree: () => Promise.resolve(Number.MAX_SAFE_INTEGER),
    async open(path, options) {
      const file = await disk.open(path, options);
      return {
        ...file,
        write(bytes) {
          left -= bytes.length;
          if (left >= 0) return file.write(bytes);
          return Promise.reject(
            new Error("No space left on device (os error 28)"),
          );
        },
      };
    },
  };
}
