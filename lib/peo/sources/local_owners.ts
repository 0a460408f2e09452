/**
 * Which paths a package manager of the system knows: a browser below /opt that
 * came as a `.deb` is in the list already, as that.
 *
 * @module
 */

import type { SourceContext } from "../source.ts";
import { toolOutput, type ToolRun } from "../tool.ts";

/** One way to ask. */
interface Owner {
  /** The question about these paths. */
  ask(root: string, paths: readonly string[]): ToolRun;
  /** Those of the paths that somebody owns, by what the tool printed. */
  owned(printed: string, paths: readonly string[]): string[];
}

/** Paths that one run of a tool is asked about. */
const PATHS_MAX = 500;

/** rpm ends with the number of paths that nobody owns. */
const ANY_CODE = Array.from({ length: 256 }, (_, code) => code);

const OWNERS: readonly Owner[] = [
  {
    ask: (root, paths) => ({
      tool: "dpkg-query",
      args: [`--root=${root || "/"}`, "--search", ...paths.map(literal)],
      takesRoot: true,
      codes: [0, 1],
    }),
    // "google-chrome-stable: /opt/google/chrome"
    owned: (printed, paths) => {
      const lines = printed.split("\n");
      return paths.filter((path) =>
        lines.some((line) => line.endsWith(`: ${path}`))
      );
    },
  },
  {
    ask: (root, paths) => ({
      tool: "rpm",
      args: ["--root", root || "/", "-qf", ...paths],
      takesRoot: true,
      codes: ANY_CODE,
    }),
    // A line for each path, and of an rpm without a database none at all.
    owned: (printed, paths) => {
      const lines = printed.split("\n").filter((line) => line !== "");
      const free = new Set(lines);
      return lines.length < paths.length
        ? []
        : paths.filter((path) =>
          !free.has(`file ${path} is not owned by any package`)
        );
    },
  },
];

/**
 * The paths that belong to a package. A manager that is not there, or does not
 * answer, owns none: a program that is listed twice is better than one that is
 * not.
 */
export async function ownedByPackages(
  context: SourceContext,
  paths: readonly string[],
): Promise<ReadonlySet<string>> {
  const owned = new Set<string>();
  const asked = paths.slice(0, PATHS_MAX);
  if (asked.length === 0) return owned;
  for (const owner of OWNERS) {
    const printed = await toolOutput(context, owner.ask(context.root, asked));
    if (printed === null || !printed.ok) continue;
    const text = new TextDecoder().decode(printed.value);
    for (const path of owner.owned(text, asked)) owned.add(path);
  }
  return owned;
}

/** dpkg-query takes a pattern; a path that holds such signs is no pattern. */
function literal(path: string): string {
  return path.replace(/[*?[\]\\]/g, "\\$&");
}
