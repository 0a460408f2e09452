/**
 * The files of a simulated disk, by number, as inodes are: a rename moves a
 * name, and an open file stays the file that it was.
 *
 * @module
 */

import { basename, dirname } from "node:path";

/** A file, a directory or a link. */
export type Node =
  | {
    readonly kind: "file";
    mode: number;
    bytes: Uint8Array;
    changedMs: number;
  }
  | {
    readonly kind: "directory";
    mode: number;
    readonly names: Map<string, number>;
    changedMs: number;
  }
  | {
    readonly kind: "symlink";
    mode: number;
    readonly target: string;
    changedMs: number;
  };

/** The number of the root directory. */
export const ROOT = 0;

/** Links that are followed on one way. */
const LINKS_MAX = 16;

/** An error as the system gives it. */
export function systemError(
  code: "ENOENT" | "EEXIST" | "ENOTDIR" | "EISDIR" | "ENOTEMPTY" | "ENOSPC",
  path: string,
): Error {
  const kinds = {
    ENOENT: Deno.errors.NotFound,
    EEXIST: Deno.errors.AlreadyExists,
    ENOTDIR: Deno.errors.NotADirectory,
    EISDIR: Deno.errors.IsADirectory,
    ENOTEMPTY: Error,
    ENOSPC: Error,
  };
  return Object.assign(new kinds[code](`${code}: "${path}"`), { code });
}

/** A tree of them. */
export class DiskTree {
  readonly nodes = new Map<number, Node>();

  constructor() {
    this.nodes.set(ROOT, directory(0));
  }

  /** A tree of its own with the same content. */
  copy(): DiskTree {
    const tree = new DiskTree();
    for (const [number, node] of this.nodes) {
      tree.nodes.set(
        number,
        node.kind === "directory"
          ? { ...node, names: new Map(node.names) }
          : { ...node },
      );
    }
    return tree;
  }

  /** What is at the path, whose last part is not followed; null: nothing. */
  find(path: string): number | null {
    return this.#walk(path, false, 0);
  }

  /** What the path leads to. @throws ENOENT */
  follow(path: string): number {
    const found = this.#walk(path, true, 0);
    if (found === null) throw systemError("ENOENT", path);
    return found;
  }

  /** The directory that holds the path's last name. @throws ENOENT */
  parent(path: string): { readonly number: number; readonly name: string } {
    const number = this.follow(dirname(path));
    if (this.nodes.get(number)?.kind !== "directory") {
      throw systemError("ENOTDIR", path);
    }
    return { number, name: basename(path) };
  }

  names(number: number): Map<string, number> {
    const node = this.nodes.get(number);
    if (node?.kind !== "directory") throw systemError("ENOTDIR", `${number}`);
    return node.names;
  }

  file(number: number): Extract<Node, { kind: "file" }> {
    const node = this.nodes.get(number);
    if (node?.kind !== "file") throw systemError("EISDIR", `${number}`);
    return node;
  }

  /** Everything from there on down. */
  below(number: number): number[] {
    const node = this.nodes.get(number);
    if (node?.kind !== "directory") return [number];
    const inside = [...node.names.values()].flatMap((one) => this.below(one));
    return [number, ...inside];
  }

  #walk(path: string, follows: boolean, links: number): number | null {
    let number = ROOT;
    const parts = path.split("/").filter((part) => part !== "");
    for (const [index, part] of parts.entries()) {
      const node = this.nodes.get(number);
      if (node?.kind !== "directory") return null;
      const next = node.names.get(part);
      if (next === undefined) return null;
      const isLast = index === parts.length - 1;
      const found = this.nodes.get(next);
      if (found?.kind !== "symlink" || (isLast && !follows)) {
        number = next;
        continue;
      }
      if (links >= LINKS_MAX) return null;
      const before = `/${parts.slice(0, index).join("/")}`;
      const target = found.target.startsWith("/")
        ? found.target
        : `${before}/${found.target}`;
      const rest = [target, ...parts.slice(index + 1)].join("/");
      return this.#walk(plain(rest), follows, links + 1);
    }
    return number;
  }
}

/** Without `.` and `..`. */
function plain(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** An empty directory. */
export function directory(changedMs: number, mode = 0o755): Node {
  return { kind: "directory", mode, names: new Map(), changedMs };
}

/** An empty file. */
export function emptyFile(changedMs: number, mode: number): Node {
  return { kind: "file", mode, bytes: new Uint8Array(0), changedMs };
}
