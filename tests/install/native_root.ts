/**
 * A system root of its own for a test of dpkg or rpm: a shell for the
 * packages' scripts, empty databases, and packages made on the spot.
 *
 * dpkg and rpm change into such a root (chroot) for the scripts, so it takes
 * an administrator, and the shell with its libraries is copied into it.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { realClock } from "../../lib/host/real_clock.ts";
import { realDisk } from "../../lib/host/real_disk.ts";
import { realProcesses } from "../../lib/host/real_processes.ts";
import type {
  NativeKind,
  NativePackage,
} from "../../lib/ieo/manifest/types.ts";
import {
  NativeManager,
  type NativeOptions,
} from "../../lib/install/native/manager.ts";
import type {
  NativeFailure,
  NativeOutcome,
} from "../../lib/install/native/outcome.ts";

/** Ready for a test that needs these programs, and to be administrator. */
export async function canTest(...programs: string[]): Promise<boolean> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return false;
  const looks = programs.map((name) =>
    Promise.any(
      ["/usr/bin", "/bin", "/usr/sbin"].map((at) => Deno.stat(join(at, name))),
    ).then(() => true, () => false)
  );
  return (await Promise.all(looks)).every((there) => there);
}

/** What a made package is. */
export interface Made {
  readonly name: string;
  readonly version: string;
  /** Runs after the install, in the package's root. */
  readonly postinst?: string;
  /** More lines of its description: `Depends: x`. */
  readonly fields?: readonly string[];
}

/** A root, and a manager that works in it. */
export interface NativeRoot {
  readonly directory: string;
  readonly root: string;
  readonly manager: NativeManager;
  /** Another manager, of the same root. */
  readonly with: (options: Partial<NativeOptions>) => NativeManager;
  /** The text of a file of the root; null when it is not there. */
  readonly read: (path: string) => Promise<string | null>;
}

/** A test with a system root of its own. */
export function testInRoot(
  name: string,
  options: { readonly ignore: boolean },
  test: (root: NativeRoot) => Promise<void>,
): void {
  Deno.test(name, options, async () => {
    const directory = await Deno.makeTempDir({ prefix: "flottille-root-" });
    try {
      await test(await makeRoot(directory));
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}

async function makeRoot(directory: string): Promise<NativeRoot> {
  const root = join(directory, "root");
  await makeSystemRoot(root);
  const open = (options: Partial<NativeOptions> = {}) =>
    new NativeManager({
      processes: realProcesses(),
      clock: realClock(),
      disk: realDisk(),
      system: "linux",
      root,
      ...options,
    });
  return {
    directory,
    root,
    manager: open(),
    with: open,
    read: (path) =>
      Deno.readTextFile(join(root, path)).catch((error) => {
        if (error instanceof Deno.errors.NotFound) return null;
        throw error;
      }),
  };
}

/** A root with a shell and empty databases: all that two managers need. */
export async function makeSystemRoot(root: string): Promise<void> {
  for (const path of ["info", "updates", "triggers"]) {
    await Deno.mkdir(join(root, "var/lib/dpkg", path), { recursive: true });
  }
  await Deno.writeTextFile(join(root, "var/lib/dpkg/status"), "");
  await Deno.mkdir(join(root, "tmp"), { mode: 0o777 });
  const libraries = await must("ldd", "/bin/sh");
  const files = ["/bin/sh", ...libraries.match(/\/\S+/g) ?? []];
  for (const file of new Set(files)) {
    await Deno.mkdir(join(root, dirname(file)), { recursive: true });
    await Deno.copyFile(file, join(root, file));
  }
}

/** A package for dpkg; the path of its file. */
export async function makeDeb(directory: string, made: Made): Promise<string> {
  const { name, version, postinst, fields = [] } = made;
  const tree = join(directory, `tree-${name}-${version}`);
  await fill(tree, made);
  const control = [
    `Package: ${name}`,
    `Version: ${version}`,
    "Architecture: all",
    "Maintainer: Nobody <nobody@example.org>",
    "Description: made by a test",
    ...fields,
    "",
  ];
  await put(join(tree, "DEBIAN/control"), control.join("\n"));
  await put(join(tree, "DEBIAN/conffiles"), `/etc/${name}.conf\n`);
  if (postinst !== undefined) {
    const script = `#!/bin/sh\nset -e\n${postinst}\n`;
    await put(join(tree, "DEBIAN/postinst"), script, 0o755);
  }
  const file = join(directory, `${name}_${version}.deb`);
  await must("dpkg-deb", "--root-owner-group", "--build", tree, file);
  return file;
}

/** A package for rpm; the path of its file. */
export async function makeRpm(directory: string, made: Made): Promise<string> {
  const { name, version, postinst, fields = [] } = made;
  const tree = join(directory, `tree-${name}-${version}`);
  await fill(tree, made);
  const file = join(directory, `${name}-${version}.rpm`);
  const spec = [
    `Name: ${name}`,
    `Version: ${version}`,
    "Release: 1",
    "Summary: made by a test",
    "License: MIT",
    "BuildArch: noarch",
    ...fields,
    "%description",
    "Made by a test",
    "%install",
    `mkdir -p %{buildroot} && cp -r ${tree}/. %{buildroot}/`,
    ...postinst === undefined ? [] : ["%post", postinst],
    "%files",
    `/usr/share/${name}`,
    `%config(noreplace) /etc/${name}.conf`,
    "",
  ];
  await put(join(directory, `${name}.spec`), spec.join("\n"));
  await must(
    "rpmbuild",
    "-bb",
    "--quiet",
    "--define",
    `_topdir ${directory}/rpmbuild`,
    "--define",
    `_rpmdir ${directory}`,
    "--define",
    `_build_name_fmt %{NAME}-%{VERSION}.rpm`,
    join(directory, `${name}.spec`),
  );
  return file;
}

async function fill(tree: string, { name, version }: Made): Promise<void> {
  await put(join(tree, `usr/share/${name}/version`), version);
  await put(join(tree, `etc/${name}.conf`), `setting of ${version}\n`);
}

async function put(path: string, text: string, mode = 0o644): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(path, text);
  await Deno.chmod(path, mode);
}

/** A native package of a manifest. */
export function native(
  kind: NativeKind,
  name: string,
  version: string,
): NativePackage {
  return { kind, package: name, version, path: "file", arguments: [] };
}

/** The outcome of an order that was carried out. */
export function done(outcome: NativeOutcome) {
  if (!outcome.ok) throw new Error(outcome.detail);
  return outcome;
}

/** The outcome of an order that was not. */
export function refused(outcome: NativeOutcome): NativeFailure {
  if (outcome.ok) throw new Error(`It was done: ${outcome.output}`);
  return outcome;
}

/** Runs a program that must not fail; what it printed. */
export async function must(program: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args,
    env: { LC_ALL: "C.UTF-8" },
  }).output();
  const text = new TextDecoder().decode(stdout);
  if (code === 0) return text;
  throw new Error(
    `${program} ended with code ${code}: ${text}${
      new TextDecoder().decode(stderr)
    }`,
  );
}
