/**
 * The smallest package that shows everything: the vector of `A.ieo` and
 * `A.ieo.sig` in `tests/vectors/`, and how it is made. Run as a program it
 * writes the vector's files anew.
 *
 * Its bytes are put together here field by field, the deflate stream
 * included, so that no new version of a library can change them.
 *
 * @module
 */

import { encodeManifest, type Manifest } from "../../lib/ieo/manifest.ts";
import { fromUtf8, toBase64Url, toHex, utf8 } from "../../lib/trust/bytes.ts";
import {
  craftPackage,
  manifestOf,
  PUBLISHER,
  type Sample,
  signed,
  statementOf,
} from "./samples.ts";
import { TYPE_DIRECTORY, TYPE_FILE } from "./zips.ts";

const RUN = "#!/bin/sh\necho hello\n";
const READ_ME = "to and fro and to and fro\n";
/** `READ_ME` as a raw deflate stream (RFC 1951), with one back-reference. */
const READ_ME_DEFLATED = Uint8Array.fromHex("2bc95748cc4b51482b82d025702e1700");

const NAMING = { name: "hello", version: "1.0", serial: 1 };

/** The vector's manifest. */
export function minimalManifest(): Manifest {
  const manifest = manifestOf(
    { "bin/hello": RUN, "READ ME.txt": READ_ME },
    NAMING,
  );
  return {
    ...manifest,
    title: "Hello",
    directories: ["var/log"],
    files: manifest.files.map((file) => (
      file.path === "bin/hello" ? { ...file, mode: 0o755 } : file
    )),
  };
}

/** The vector's package and statement. */
export function minimalPackage(): Sample {
  const entries = [
    { name: "var/log/", mode: TYPE_DIRECTORY | 0o755 },
    { name: "bin/hello", content: utf8(RUN), mode: TYPE_FILE | 0o755 },
    {
      name: "READ ME.txt",
      content: utf8(READ_ME),
      data: READ_ME_DEFLATED,
      both: { method: 8 },
    },
  ];
  return signed(craftPackage(minimalManifest(), entries), NAMING);
}

/** What the vector says of itself, for whoever reads it in another language. */
export function minimalAbout(): unknown {
  const sample = minimalPackage();
  const { publisher: _, ...statement } = statementOf(sample);
  return {
    about: "ieo_minimal.ieo is a package and ieo_minimal.ieo.sig its " +
      "publisher's statement, signed with the key that grows from `seed` " +
      "(RFC 8032). `statement` is the payload of the statement, `manifest` " +
      "the text of ieo.json, `files` what an opener must write. " +
      "docs/protocol.md, section on A.ieo.",
    seed: toHex(PUBLISHER.seed),
    publicKey: toBase64Url(PUBLISHER.publicKey),
    statement,
    manifest: fromUtf8(encodeManifest(minimalManifest())),
    files: {
      "READ ME.txt": { mode: "0644", text: READ_ME },
      "bin/hello": { mode: "0755", text: RUN },
    },
    directories: ["var/log"],
  };
}

/** Where the vector's files lie. */
export function vectorUrl(extension: string): URL {
  return new URL(`../vectors/ieo_minimal.${extension}`, import.meta.url);
}

if (import.meta.main) {
  const { bytes, statement } = minimalPackage();
  Deno.writeFileSync(vectorUrl("ieo"), bytes);
  Deno.writeFileSync(vectorUrl("ieo.sig"), statement);
  const about = JSON.stringify(minimalAbout(), null, 2);
  Deno.writeTextFileSync(vectorUrl("json"), `${about}\n`);
}
