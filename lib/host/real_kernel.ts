/**
 * The settings of a Linux kernel, from /proc. Another system tells none of
 * them; so does a container that hides them, each for itself.
 *
 * @module
 */

import type { Kernel } from "./kernel.ts";

/** Where the settings stand, and how each is read. */
const PLACES = {
  // A socket has as much as this from its beginning. `rmem_max` is the limit
  // of those that ask for more, and the runtime cannot ask.
  receiveBufferBytes: ["sys/net/core/rmem_default", numberOf],
  // Beyond the third threshold nobody new gets in; the others only tidy.
  neighboursMax: ["sys/net/ipv4/neigh/default/gc_thresh3", numberOf],
  openFilesMax: ["self/limits", openFilesOf],
} as const;

/**
 * The settings of this machine.
 *
 * @param proc Where the kernel tells them.
 */
export function realKernel(proc = "/proc"): Kernel {
  return {
    settings() {
      const read = (name: keyof typeof PLACES) => {
        const [path, parse] = PLACES[name];
        try {
          return parse(Deno.readTextFileSync(`${proc}/${path}`));
        } catch {
          return null;
        }
      };
      return {
        receiveBufferBytes: read("receiveBufferBytes"),
        neighboursMax: read("neighboursMax"),
        openFilesMax: read("openFilesMax"),
      };
    },
  };
}

function numberOf(text: string): number | null {
  return /^\d{1,15}$/.test(text.trim()) ? Number(text) : null;
}

/** The soft limit, which is the one that holds; null when there is none. */
function openFilesOf(limits: string): number | null {
  return numberOf(/^Max open files\s+(\S+)/m.exec(limits)?.[1] ?? "");
}
