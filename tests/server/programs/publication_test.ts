/** What is refused when it is published, and what is kept of a manifest. */

import { assertEquals, assertMatch } from "@std/assert";
import { realDisk } from "../../../lib/host/real_disk.ts";
import { hashFile } from "../../../lib/ieo/verify.ts";
import type { PackageDraft } from "../../../lib/ieo/pack.ts";
import { NO_FACTS } from "../../../lib/server/shapes/program.ts";
import { toBase64Url } from "../../../lib/trust/bytes.ts";
import { signStatement } from "../../../lib/trust/statement.ts";
import { publish, testCatalogue } from "./catalogue_bench.ts";
import { PUBLISHER_KEY, publishersOf, smallPackage } from "./packages.ts";

const HOOKS: PackageDraft["hooks"] = {
  check: { run: ["/bin/true"], deadlineSeconds: 30 },
  postinstall: { run: ["/bin/true"], deadlineSeconds: 60 },
};

testCatalogue(
  "keeps what orders need of a manifest, over a restart",
  async (bench) => {
    bench.publishers = publishersOf(["*"], { hooks: true });
    const catalogue = await bench.open();
    const facts = {
      requires: [{ name: "java", versions: ">=17" }],
      conflicts: [{ name: "vi", versions: "*" }],
      targets: [{ os: "linux", distribution: "debian", versions: "12" }],
      agent: "0.1.0",
      expires: "2999-01-01T00:00:00Z",
      protected: true,
      rollback: false,
    };
    const asking = await smallPackage(bench.workshop, {}, {
      ...facts,
      hooks: HOOKS,
    });
    assertEquals(await publish(catalogue, asking), "ok");
    const kept = {
      ...facts,
      ...{ deadlinesMs: 90_000, runsCode: true, native: [] },
    };
    assertEquals(catalogue.get(asking.sha256)?.facts, kept);
    catalogue.close();
    const again = await bench.open();
    assertEquals(again.get(asking.sha256)?.facts, kept);
    assertEquals(again.deadlinesMs("hello", "1.0"), 90_000);
    assertEquals(again.deadlinesMs("hello", "*"), 90_000);
    assertEquals(again.deadlinesMs("hello", "2.0"), 0);
    again.close();
  },
);

testCatalogue("keeps nothing where nothing is asked for", async (bench) => {
  const catalogue = await bench.open();
  const plain = await smallPackage(bench.workshop);
  assertEquals(await publish(catalogue, plain), "ok");
  assertEquals(catalogue.get(plain.sha256)?.facts, NO_FACTS);
  catalogue.close();
});

testCatalogue("refuses a package that has expired", async (bench) => {
  const catalogue = await bench.open();
  const old = await smallPackage(bench.workshop, {}, {
    expires: "2013-01-01T00:00:00Z",
  });
  assertMatch(
    await publish(catalogue, old),
    /^malformed: Cannot install hello 1\.0: it expired at 2013-01-01T00:00:00Z/,
  );
  assertEquals(await bench.files(), []);
  catalogue.close();
});

testCatalogue(
  "refuses hooks of a publisher who may run none, S-12",
  async (bench) => {
    const catalogue = await bench.open();
    const hooked = await smallPackage(bench.workshop, {}, { hooks: HOOKS });
    assertMatch(
      await publish(catalogue, hooked),
      /which its publisher may not/,
    );
    catalogue.close();
  },
);

for (const says of [true, false]) {
  testCatalogue(
    `refuses a statement that says ${says ? "" : "no "}hooks, wrongly, S-12`,
    async (bench) => {
      bench.publishers = publishersOf(["*"], { hooks: true });
      const catalogue = await bench.open();
      const honest = await smallPackage(
        bench.workshop,
        {},
        says ? {} : { hooks: HOOKS },
      );
      const path = `${bench.workshop}/hello-1.0-1.ieo`;
      const statement = signStatement(PUBLISHER_KEY, {
        ...{ format: 1, name: "hello", version: "1.0", serial: 1 },
        sha256: await hashFile(realDisk(), path),
        size: honest.bytes.length,
        hooks: says,
      });
      assertMatch(
        await publish(catalogue, { ...honest, statement }),
        /^malformed: Cannot \w+ hello 1\.0: .*its statement (does not say so|says that it runs)/,
      );
      assertEquals(await bench.files(), []);
      catalogue.close();
    },
  );
}

testCatalogue(
  "takes an older serial, for downgrades, and never as the latest, I-16",
  async (bench) => {
    const catalogue = await bench.open();
    const newer = await smallPackage(bench.workshop, {
      ...{ version: "2.0", serial: 2 },
    });
    assertEquals(await publish(catalogue, newer), "ok");
    const older = await smallPackage(bench.workshop);
    assertEquals(await publish(catalogue, older), "ok");
    assertEquals(catalogue.find("hello", null)?.version, "2.0");
    assertEquals(catalogue.find("hello", "1.0")?.serial, 1);
    catalogue.close();
  },
);

testCatalogue(
  "refuses the agent's own update under another name",
  async (bench) => {
    bench.publishers = publishersOf(["*"], { hooks: true });
    const catalogue = await bench.open();
    // The packer refuses it too, so its words are what a person reads first.
    let told = "";
    try {
      const disguised = await smallPackage(bench.workshop, {}, {
        self: { path: "hello.txt", deadlineSeconds: 60 },
      });
      told = await publish(catalogue, disguised);
    } catch (error) {
      told = String(error);
    }
    assertMatch(told, /self|flottille-agent/);
    catalogue.close();
  },
);

testCatalogue(
  "takes no new package of a publisher who was revoked, K-07",
  async (bench) => {
    const catalogue = await bench.open();
    const hello = await smallPackage(bench.workshop);
    assertEquals(await publish(catalogue, hello), "ok");
    catalogue.close();
    const key = toBase64Url(PUBLISHER_KEY.publicKey);
    bench.publishers = publishersOf(["*"], { revoked: [key] });
    const again = await bench.open();
    const other = await smallPackage(bench.workshop, { version: "1.1" });
    assertMatch(await publish(again, other), /whose key was revoked/);
    again.close();
  },
);
