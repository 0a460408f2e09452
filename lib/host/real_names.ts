/**
 * Host names through the system's own resolver.
 *
 * @module
 */

import { lookup } from "node:dns/promises";
import type { Names } from "./names.ts";

/** The system's resolver. A failure is no address: it is asked again later. */
export function realNames(): Names {
  return { resolve };
}

async function resolve(
  hostName: string,
  deadlineMs: number,
): Promise<readonly string[]> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<[]>((none) => {
    timer = setTimeout(() => none([]), deadlineMs);
  });
  const asked = lookup(hostName, { family: 4, all: true }).then(
    (found) => found.map(({ address }) => address),
    () => [],
  );
  try {
    return await Promise.race([asked, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
