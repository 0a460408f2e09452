/**
 * The vector of `A.ieo`: it is what `minimal.ts` makes, and the opener reads
 * it as the vector's own text says.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { openPackage } from "../../lib/ieo/open.ts";
import { verifyPackageFile } from "../../lib/ieo/verify.ts";
import { utf8 } from "../../lib/trust/bytes.ts";
import { minimalAbout, minimalPackage, vectorUrl } from "./minimal.ts";
import {
  DISK,
  faultOf,
  PUBLISHERS,
  treeOf,
  valueOf,
  withDirectory,
} from "./samples.ts";

interface Vector {
  readonly publicKey: string;
  readonly statement: {
    readonly name: string;
    readonly version: string;
    readonly size: number;
    readonly sha256: string;
  };
  readonly manifest: string;
  readonly files: Record<string, { readonly mode: string; text: string }>;
}

Deno.test("ieo_minimal is made reproducibly", () => {
  const { bytes, statement } = minimalPackage();
  assertEquals(Deno.readFileSync(vectorUrl("ieo")), bytes);
  assertEquals(Deno.readFileSync(vectorUrl("ieo.sig")), statement);
  const about = JSON.parse(Deno.readTextFileSync(vectorUrl("json")));
  assertEquals(about, minimalAbout());
});

Deno.test("ieo_minimal is verified and opened as it says", async () => {
  const vector: Vector = JSON.parse(Deno.readTextFileSync(vectorUrl("json")));
  const path = fileURLToPath(vectorUrl("ieo"));
  const statement = valueOf(
    await verifyPackageFile({
      disk: DISK,
      path,
      statement: Deno.readFileSync(vectorUrl("ieo.sig")),
      publishers: PUBLISHERS,
      ordered: vector.statement,
    }),
  );
  assertEquals(statement, { ...vector.statement, publisher: vector.publicKey });
  const opened = valueOf(await openPackage({ disk: DISK, path, statement }));
  await withDirectory(async (directory) => {
    valueOf(await opened.extract(directory));
    opened.close();
    const expected = Object.entries(vector.files);
    assertEquals(treeOf(directory), {
      "ieo.json": vector.manifest,
      "bin/": "",
      "var/": "",
      "var/log/": "",
      ...Object.fromEntries(expected.map(([name, { text }]) => [name, text])),
    });
    for (const [name, { mode }] of expected) {
      const stat = await DISK.stat(`${directory}/${name}`);
      assertEquals(stat?.mode, parseInt(mode, 8));
    }
  });
});

Deno.test("ieo_minimal is a zip that unzip reads", async () => {
  const path = fileURLToPath(vectorUrl("ieo"));
  const command = new Deno.Command("unzip", { args: ["-t", path] });
  const output = await command.output().catch((error: unknown) => {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  });
  // A machine without unzip has nothing to say about it.
  if (output !== null) assertEquals(output.code, 0);
});

Deno.test("ieo_minimal is refused with any byte changed, S-10, S-12", async () => {
  const vector: Vector = JSON.parse(Deno.readTextFileSync(vectorUrl("json")));
  const ordered = vector.statement;
  const publishers = PUBLISHERS;
  const bytes = Deno.readFileSync(vectorUrl("ieo"));
  const signature = Deno.readFileSync(vectorUrl("ieo.sig"));
  await withDirectory(async (directory) => {
    const path = `${directory}/package.ieo`;
    const verify = async (statement: Uint8Array) =>
      faultOf(
        await verifyPackageFile({
          disk: DISK,
          path,
          statement,
          publishers,
          ordered,
        }),
      ).reason;
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      Deno.writeFileSync(path, changed);
      assertEquals(await verify(signature), "hash");
    }
    Deno.writeFileSync(path, bytes);
    const envelope = JSON.parse(new TextDecoder().decode(signature));
    for (const change of [changedPayload, changedSignature]) {
      const statement = JSON.stringify(change(structuredClone(envelope)));
      assertEquals(await verify(utf8(statement)), "signature");
    }
  });
});

interface Envelope {
  payload: string;
  signatures: { sig: string }[];
}

function changedPayload(envelope: Envelope): Envelope {
  return { ...envelope, payload: turnedOver(envelope.payload) };
}

function changedSignature(envelope: Envelope): Envelope {
  const signatures = envelope.signatures.map((one) => (
    { ...one, sig: turnedOver(one.sig) }
  ));
  return { ...envelope, signatures };
}

/** Base64 of the same bytes with the last bit of the middle one turned over. */
function turnedOver(base64: string): string {
  const bytes = Uint8Array.fromBase64(base64);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  return bytes.toBase64();
}
