/**
 * Tests that need a real directory: each gets an empty one of its own, and it
 * is gone afterwards.
 */

import { join } from "node:path";

/** A test whose argument puts a path into its directory. */
export function testInDirectory(
  name: string,
  test: (at: (path: string) => string) => Promise<void>,
  options: { ignore?: boolean } = {},
): void {
  Deno.test(name, options, async () => {
    const directory = await Deno.makeTempDir({ prefix: "flottille-disk-" });
    try {
      await test((path) => join(directory, path));
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}
