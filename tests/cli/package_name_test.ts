/** A package's name and version, from the directory or from options. */

import { assertEquals } from "@std/assert";
import { CliFailure } from "../../lib/cli/failure.ts";
import { type GivenName, nameOfPackage } from "../../lib/cli/package_name.ts";

Deno.test("nameOfPackage reads NAME-VERSION off the directory", () => {
  const cases: [string, GivenName, string, string][] = [
    ["editor-1.0", {}, "editor", "1.0"],
    ["/srv/build/note-pad-2.1-rc1", {}, "note-pad", "2.1-rc1"],
    ["C:\\build\\editor-1.0", {}, "editor", "1.0"],
    ["gtk-4-demo-1.0", {}, "gtk", "4-demo-1.0"],
    ["editor-1.0", { version: "1.1" }, "editor", "1.1"],
    ["build", { name: "editor", version: "1.0" }, "editor", "1.0"],
  ];
  for (const [directory, given, name, version] of cases) {
    assertEquals(nameOfPackage(directory, given), { name, version });
  }
});

Deno.test("nameOfPackage says what a name and a version may be", () => {
  const cases: [string, GivenName, string][] = [
    ["build", {}, 'The directory\'s name "build" does not say which program'],
    ["build", { name: "editor" }, "The directory's name"],
    ["Editor-1.0", {}, '"Editor" cannot be a program\'s name'],
    ["a-1", { version: "1/2" }, '"1/2" cannot be a version'],
    ["..", {}, "The directory's name"],
  ];
  for (const [directory, given, start] of cases) {
    const failure = failureFrom(() => nameOfPackage(directory, given));
    assertEquals(failure.exit, "usage");
    assertEquals(failure.message.slice(0, start.length), start);
  }
  const adviceOf = (given: GivenName) =>
    failureFrom(() => nameOfPackage("build", given)).advice[0];
  assertEquals(
    adviceOf({ name: "editor" }),
    "Give --version VERSION, or write it into an ieo.toml in the directory",
  );
  assertEquals(
    adviceOf({}),
    "Give --name NAME and --version VERSION, or write both into an ieo.toml " +
      "in the directory",
  );
});

function failureFrom(act: () => unknown): CliFailure {
  try {
    act();
  } catch (error) {
    if (error instanceof CliFailure) return error;
  }
  throw new Error("No failure");
}
