/** A new fleet, a server made anew, and what is refused of their files. */

import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { realHost } from "../../../lib/host/real.ts";
import { delegateAnew } from "../../../lib/server/fleet/delegate.ts";
import { refuseEnvironment } from "../../../lib/host/environment.ts";
import { loadFleet } from "../../../lib/server/fleet/fleet.ts";
import { FLEET_FILES } from "../../../lib/server/fleet/fleet_files.ts";
import { initFleet } from "../../../lib/server/fleet/init.ts";
import { toBase64Url } from "../../../lib/trust/bytes.ts";
import { newer } from "../../../lib/trust/delegation.ts";
import { decodeJoinFile } from "../../../lib/trust/join_file.ts";
import { fleetOf } from "../../../lib/trust/keys.ts";
import { inDirectory } from "../temporary.ts";

const host = realHost();
const { disk } = host;

function testFleet(
  name: string,
  test: (directory: string) => Promise<void>,
): void {
  Deno.test(name, () =>
    inDirectory(async (parent) => {
      const directory = `${parent}/fleet`;
      await initFleet({ host, directory });
      await test(directory);
    }));
}

/** The sentence with which the fleet is refused. */
async function refusal(directory: string): Promise<string> {
  return (await assertRejects(() => loadFleet(disk, directory), Error))
    .message;
}

Deno.test("initFleet makes a fleet that a server can use", () =>
  inDirectory(async (parent) => {
    const directory = `${parent}/deep/fleet`;
    const made = await initFleet({ host, directory });
    const fleet = await loadFleet(disk, directory);
    assertEquals(made.fleet, toBase64Url(fleetOf(fleet.fleetKey)));
    assertEquals(fleet.publishers.publishers[0]?.names, ["*"]);
    assertEquals(fleet.secrets.length, 1);
    const join = decodeJoinFile(await Deno.readFile(`${directory}/join.json`));
    if (!join.ok) throw new Error(join.fault);
    assertEquals(join.value.enrolment, {
      id: fleet.secrets[0]?.id ?? "",
      secret: fleet.secrets[0]?.secret ?? new Uint8Array(),
    });
    assertEquals(join.value.delegation, fleet.delegation);
    // Every file is told, with what it is for.
    for (const { path, gloss } of made.files) {
      assert((await Deno.stat(path)).isFile, path);
      assert(gloss.length > 10, path);
    }
    assertEquals(made.files.length, Object.keys(FLEET_FILES).length);
    assertMatch(made.reminders.join("\n"), /Save a copy of .*fleet\.key now/);
  }));

testFleet(
  "initFleet makes private what is private, K-02",
  async (directory) => {
    for (const { path, isPrivate } of Object.values(FLEET_FILES)) {
      const { mode } = await Deno.stat(`${directory}/${path}`);
      const isOpen = ((mode ?? 0) & 0o077) !== 0;
      assertEquals(isOpen, !isPrivate && path !== "data/flottille.db", path);
    }
    for (const path of ["keys", "data", "data/packages", "data/lists"]) {
      const { mode } = await Deno.stat(`${directory}/${path}`);
      assertEquals((mode ?? 0) & 0o777, 0o700, path);
    }
  },
);

testFleet("initFleet writes over nothing", async (directory) => {
  const before = await Deno.readFile(`${directory}/keys/fleet.key`);
  const error = await assertRejects(
    () => initFleet({ host, directory }),
    Error,
  );
  assertMatch(error.message, /is there already; choose an empty directory/);
  for (const { path } of Object.values(FLEET_FILES)) {
    if (path === "keys/publisher.key") continue;
    await Deno.remove(`${directory}/${path}`);
  }
  await assertRejects(() => initFleet({ host, directory }), Error);
  assertEquals((await disk.stat(`${directory}/keys/fleet.key`)) === null, true);
  assertEquals(before.length > 0, true);
});

testFleet("initFleet makes another fleet each time", async (directory) => {
  const other = `${directory}-2`;
  await initFleet({ host, directory: other });
  const [a, b] = [
    await loadFleet(disk, directory),
    await loadFleet(disk, other),
  ];
  assert(toBase64Url(a.fleetKey) !== toBase64Url(b.fleetKey));
  assert(toBase64Url(a.filterKey) !== toBase64Url(b.filterKey));
  await Deno.remove(other, { recursive: true });
});

for (const { path, isPrivate } of Object.values(FLEET_FILES)) {
  if (!isPrivate) continue;
  testFleet(
    `loadFleet refuses a ${path} that others can read, K-02`,
    async (directory) => {
      await Deno.chmod(`${directory}/${path}`, 0o640);
      assertMatch(await refusal(directory), /its mode is 0640.*chmod 600/);
    },
  );
}

testFleet(
  "loadFleet needs neither the fleet's nor the publisher's key",
  async (directory) => {
    await Deno.remove(`${directory}/keys/fleet.key`);
    await Deno.remove(`${directory}/keys/publisher.key`);
    await loadFleet(disk, directory);
  },
);

type Spoil = (directory: string) => Promise<void>;

async function copyFrom(directory: string, path: string): Promise<void> {
  const other = `${directory}-other`;
  await initFleet({ host, directory: other });
  await Deno.copyFile(`${other}/${path}`, `${directory}/${path}`);
}

function write(path: string, text: string): Spoil {
  return (directory) =>
    Deno.writeTextFile(`${directory}/${path}`, text, { mode: 0o600 });
}

// deno-fmt-ignore
const SPOILED: Record<string, [spoil: Spoil, refusal: RegExp]> = {
  "a missing server key": [(directory) => Deno.remove(`${directory}/keys/server.key`), /keys\/server\.key": it is missing/],
  "an empty server key": [write("keys/server.key", ""), /keys\/server\.key": it is empty/],
  "a server key that is another thing": [write("keys/server.key", "hello"), /keys\/server\.key": it does not hold/],
  "another fleet's server key": [(directory) => copyFrom(directory, "keys/server.key"), /the delegation is not for keys\/server.key/],
  "another fleet's certificate": [(directory) => copyFrom(directory, "keys/sip.crt"), /the delegation is not for/],
  "a certificate that is none": [write("keys/sip.crt", "hello"), /the delegation is not for/],
  "another fleet's delegation, K-01": [(directory) => copyFrom(directory, "delegation"), /delegation": it is not signed by this fleet's key/],
  "a cut delegation": [write("delegation", "SeD1"), /delegation": it does not have 140 bytes/],
  "another fleet's publishers' list": [(directory) => copyFrom(directory, "publishers.json"), /publishers' list is not signed by this fleet's key/],
  "another fleet's filter key": [(directory) => copyFrom(directory, "keys/filter.key"), /filter\.key": it is not the one of join\.json/],
  "an empty join file, K-01": [write("join.json", ""), /join\.json": The join file is empty/],
  "enrolment secrets that are none": [write("keys/enrolment.json", "{}"), /enrolment\.json": it is malformed/],
};

for (const [what, [spoil, expected]] of Object.entries(SPOILED)) {
  testFleet(`loadFleet refuses ${what}`, async (directory) => {
    await spoil(directory);
    assertMatch(await refusal(directory), expected);
  });
}

testFleet(
  "delegateAnew makes a newer server of the same fleet, K-05",
  async (directory) => {
    const before = await loadFleet(disk, directory);
    const delegated = await delegateAnew({ host, directory });
    const after = await loadFleet(disk, directory);
    assertEquals(newer(before.delegation, after.delegation), "newer");
    assertEquals(delegated.serial, after.delegation.serial);
    assertEquals(after.fleetKey, before.fleetKey);
    assertEquals(after.filterKey, before.filterKey);
    assertEquals(after.secrets, before.secrets);
    assert(after.certificatePem !== before.certificatePem);
    assert(
      toBase64Url(after.serverKey.publicKey) !==
        toBase64Url(before.serverKey.publicKey),
    );
    // Twice within a second is newer still.
    await delegateAnew({ host, directory });
    const third = await loadFleet(disk, directory);
    assertEquals(newer(after.delegation, third.delegation), "newer");
  },
);

testFleet("delegateAnew puts a cut replacement right", async (directory) => {
  await copyFrom(directory, "keys/server.key");
  await Deno.remove(`${directory}/delegation`);
  await delegateAnew({ host, directory });
  await loadFleet(disk, directory);
});

testFleet(
  "delegateAnew refuses the key of another fleet",
  async (directory) => {
    await copyFrom(directory, "keys/fleet.key");
    const error = await assertRejects(
      () => delegateAnew({ host, directory }),
      Error,
    );
    assertMatch(error.message, /is not the key of the fleet/);
    await loadFleet(disk, directory); // Nothing was changed.
  },
);

testFleet(
  "delegateAnew needs the fleet's key, and says so",
  async (directory) => {
    await Deno.remove(`${directory}/keys/fleet.key`);
    const error = await assertRejects(
      () => delegateAnew({ host, directory }),
      Error,
    );
    assertMatch(error.message, /fleet\.key": it is missing/);
  },
);

Deno.test("refuseEnvironment refuses what widens the pin, K-14", () => {
  refuseEnvironment({});
  refuseEnvironment({ HOME: "/root", HTTPS_PROXY: "x", DENO_CERT: "" });
  const names = [
    "DENO_CERT",
    "DENO_TLS_CA_STORE",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NODE_EXTRA_CA_CERTS",
  ];
  for (const name of names) {
    let sentence = "";
    try {
      refuseEnvironment({ [name]: "/somewhere" });
    } catch (error) {
      sentence = String(error);
    }
    assertMatch(sentence, new RegExp(`with ${name} in the environment: it`));
  }
  assertThrows(
    () =>
      refuseEnvironment({
        DENO_CERT: "a",
        SSL_CERT_FILE: "b",
        SSL_CERT_DIR: "c",
      }),
    Error,
    "with DENO_CERT, SSL_CERT_FILE and SSL_CERT_DIR in the environment: they",
  );
});
