/** The catalogue: what counts as published, and what is served. */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { publish, testCatalogue } from "./catalogue_bench.ts";
import {
  inPieces,
  publishersOf,
  type SmallPackage,
  smallPackage,
} from "./packages.ts";

testCatalogue(
  "publishes a package, and serves what was published",
  async (bench) => {
    const catalogue = await bench.open();
    const hello = await smallPackage(bench.workshop);
    const published = await catalogue.publish(
      hello.statement,
      inPieces(hello.bytes),
    );
    if (!published.ok) throw new Error(published.fault.error);
    const { publishedAt, ...view } = published.value;
    assert(Date.parse(publishedAt) > 0);
    assertEquals(view, {
      name: "hello",
      version: "1.0",
      serial: 1,
      title: "The program hello",
      size: hello.bytes.length,
      sha256: hello.sha256,
      state: "ok",
    });
    assertEquals(await bench.files(), [
      `${hello.sha256}.ieo`,
      `${hello.sha256}.sig`,
    ]);
    const source = await catalogue.open(hello.sha256);
    assertEquals(source?.statement, hello.statement);
    assertEquals(source?.size, hello.bytes.length);
    source?.file.close();
    catalogue.close();
  },
);

testCatalogue("knows its programs after a restart", async (bench) => {
  const hello = await smallPackage(bench.workshop);
  const first = await bench.open();
  await publish(first, hello);
  const views = await first.views();
  first.close();
  const second = await bench.open();
  assertEquals(await second.views(), views);
  (await second.open(hello.sha256))?.file.close();
  second.close();
});

testCatalogue(
  "finds the highest serial when no version is named",
  async (bench) => {
    const catalogue = await bench.open();
    for (const [version, serial] of [["2.0", 7], ["10.0", 5], ["1.0", 1]]) {
      await publish(
        catalogue,
        await smallPackage(bench.workshop, {
          version: String(version),
          serial: Number(serial),
        }),
      );
    }
    assertEquals(catalogue.find("hello", null)?.version, "2.0");
    assertEquals(catalogue.find("hello", "10.0")?.serial, 5);
    assertEquals(catalogue.find("hello", "3.0"), null);
    assertEquals(catalogue.find("hallo", null), null);
    assertEquals(
      catalogue.records().map(({ version }) => version),
      ["1.0", "10.0", "2.0"],
    );
    catalogue.close();
  },
);

testCatalogue(
  "takes the same package twice, and does nothing",
  async (bench) => {
    const catalogue = await bench.open();
    const hello = await smallPackage(bench.workshop);
    assertEquals(await publish(catalogue, hello), "ok");
    assertEquals(await publish(catalogue, hello), "ok");
    assertEquals((await catalogue.views()).length, 1);
    catalogue.close();
  },
);

testCatalogue(
  "has one file for a version, one version for a serial",
  async (bench) => {
    const catalogue = await bench.open();
    await publish(catalogue, await smallPackage(bench.workshop));
    const other = { text: "Other", serial: 2 };
    assertMatch(
      await publish(catalogue, await smallPackage(bench.workshop, other)),
      /^conflict: .*another file of this version is published already/,
    );
    const same = { version: "2.0", serial: 1 };
    assertMatch(
      await publish(catalogue, await smallPackage(bench.workshop, same)),
      /^conflict: .*its serial 1 is that of hello 1.0/,
    );
    assertEquals((await bench.files()).length, 2);
    catalogue.close();
  },
);

const SPOILED: Record<
  string,
  [spoil: (hello: SmallPackage) => SmallPackage, refusal: RegExp]
> = {
  "a byte changed": [
    (hello) => {
      const bytes = hello.bytes.slice();
      bytes[10] = (bytes[10] ?? 0) ^ 1;
      return { ...hello, bytes };
    },
    /malformed: .*SHA-256/,
  ],
  "a byte missing": [
    (hello) => ({ ...hello, bytes: hello.bytes.slice(1) }),
    /malformed: .*the file ended after \d+ of \d+ bytes/,
  ],
  "a byte too many": [
    (hello) => ({ ...hello, bytes: new Uint8Array([...hello.bytes, 0]) }),
    /malformed: .*the file has more than \d+ bytes/,
  ],
  "no bytes at all": [
    (hello) => ({ ...hello, bytes: new Uint8Array() }),
    /malformed: .*the file ended after 0 of/,
  ],
  "a statement that is no statement": [
    (hello) => ({ ...hello, statement: new Uint8Array([1, 2, 3]) }),
    /malformed: .*the statement is damaged/,
  ],
};

for (const [what, [spoil, refusal]] of Object.entries(SPOILED)) {
  testCatalogue(`refuses a package with ${what}, S-10`, async (bench) => {
    const catalogue = await bench.open();
    const hello = await smallPackage(bench.workshop);
    assertMatch(await publish(catalogue, spoil(hello)), refusal);
    assertEquals(await bench.files(), []);
    assertEquals(await catalogue.views(), []);
    // The good one still goes.
    assertEquals(await publish(catalogue, hello), "ok");
    catalogue.close();
  });
}

testCatalogue(
  "refuses a name that the publisher may not use, S-12",
  async (bench) => {
    bench.publishers = publishersOf(["other-*"]);
    const catalogue = await bench.open();
    const hello = await smallPackage(bench.workshop);
    assertMatch(await publish(catalogue, hello), /may not publish/);
    assertEquals(await bench.files(), []);
    catalogue.close();
  },
);

testCatalogue("keeps nothing of an upload that breaks off", async (bench) => {
  const catalogue = await bench.open();
  const hello = await smallPackage(bench.workshop);
  const broken = async function* () {
    yield* inPieces(hello.bytes.subarray(0, 200));
    throw new Error("the connection was cut");
  };
  await assertRejects(() => catalogue.publish(hello.statement, broken()));
  assertEquals(await bench.files(), []);
  assertEquals(await publish(catalogue, hello), "ok");
  catalogue.close();
});

type Vandal = (path: string, hello: SmallPackage) => Promise<void>;

const VANDALS: Record<string, [vandal: Vandal, state: string]> = {
  "missing": [(path) => Deno.remove(path), "missing"],
  "cut": [(path) => Deno.truncate(path, 10), "changed"],
  "a symlink": [async (path) => {
    await Deno.rename(path, `${path}.away`);
    await Deno.symlink(`${path}.away`, path);
  }, "changed"],
  "a directory": [async (path) => {
    await Deno.remove(path);
    await Deno.mkdir(path);
  }, "changed"],
};

for (const [what, [vandal, state]] of Object.entries(VANDALS)) {
  testCatalogue(`never serves a file that is ${what}, B-08`, async (bench) => {
    const catalogue = await bench.open();
    const hello = await smallPackage(bench.workshop);
    await publish(catalogue, hello);
    const path = `${bench.directory}/${hello.sha256}.ieo`;
    await vandal(path, hello);
    assertEquals((await catalogue.views())[0]?.state, state);
    assertEquals(await catalogue.open(hello.sha256), null);
    // To publish it again puts it right, where the file can be replaced.
    if (what !== "a directory") {
      assertEquals(await publish(catalogue, hello), "ok");
      (await catalogue.open(hello.sha256))?.file.close();
    }
    catalogue.close();
  });
}

testCatalogue(
  "notices a change of the same size at the next start, B-08",
  async (bench) => {
    const hello = await smallPackage(bench.workshop);
    const first = await bench.open();
    await publish(first, hello);
    first.close();
    await Deno.writeFile(
      `${bench.directory}/${hello.sha256}.ieo`,
      hello.bytes.toReversed(),
    );
    const second = await bench.open();
    assertEquals(await second.open(hello.sha256), null);
    assertEquals((await second.views())[0]?.state, "changed");
    second.close();
  },
);

testCatalogue(
  "notices a change when a machine complains, B-08",
  async (bench) => {
    const catalogue = await bench.open();
    const hello = await smallPackage(bench.workshop);
    await publish(catalogue, hello);
    await Deno.writeFile(
      `${bench.directory}/${hello.sha256}.ieo`,
      hello.bytes.toReversed(),
    );
    await catalogue.doubt(hello.sha256);
    assertEquals(await catalogue.open(hello.sha256), null);
    catalogue.close();
  },
);

testCatalogue(
  "sweeps parts away, and tells of files it does not know, B-08",
  async (bench) => {
    await Deno.writeTextFile(`${bench.directory}/abc.part`, "half");
    await Deno.writeTextFile(`${bench.directory}/stranger.ieo`, "whole");
    const catalogue = await bench.open();
    assertEquals(await bench.files(), ["stranger.ieo"]);
    assertEquals(bench.lines, [
      ["warning", "A file among the packages belongs to no program"],
    ]);
    assertEquals(await catalogue.views(), []);
    catalogue.close();
  },
);

testCatalogue(
  "knows nothing of a hash that nobody published, S-15",
  async (bench) => {
    const catalogue = await bench.open();
    for (const asked of ["00".repeat(32), "../test.db", ""]) {
      assertEquals(await catalogue.open(asked), null);
    }
    catalogue.close();
  },
);
