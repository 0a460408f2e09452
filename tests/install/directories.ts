/**
 * Directories, copied and looked for; synchronous, because the tests of crashes
 * copy thousands of houses.
 *
 * @module
 */

/**
 * Copies a tree. Links from the old place into itself lead into the new one;
 * downloaded packages are left out.
 */
export function copyTree(
  from: string,
  to: string,
  [old, moved]: readonly [string, string],
): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const entry of Deno.readDirSync(from)) {
    const [source, target] = [`${from}/${entry.name}`, `${to}/${entry.name}`];
    if (entry.isSymlink) {
      Deno.symlinkSync(Deno.readLinkSync(source).replace(old, moved), target);
    } else if (entry.isDirectory) copyTree(source, target, [old, moved]);
    else if (!entry.name.endsWith(".ieo")) Deno.copyFileSync(source, target);
  }
}

/** Is there such a directory? */
export function existsDirectory(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
