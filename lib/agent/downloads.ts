/**
 * Where downloads grow, and how long what was not finished stays there. The
 * name of a part tells which package it is of, and when it was last gone on
 * with:
 *
 *     <SHA-256 of the package>.<milliseconds since 1970>.part
 *
 * Few are kept and none for long, so packages that nobody orders any more do
 * not fill the disk. It does not know what is in a part, or who fetches it.
 *
 * @module
 */

import type { Clock } from "../host/clock.ts";
import type { Disk } from "../host/disk.ts";

/** Parts that are kept, the last ones that were gone on with. */
export const PARTS_MAX = 4;

/** How long a part is kept that nobody goes on with, in milliseconds. */
export const PART_AGE_MS_MAX = 7 * 86_400_000;

/** Entries that one look takes in; a directory of ours never has so many. */
const ENTRIES_MAX = 1_000;

const PART = /^([0-9a-f]{64})\.(\d{1,15})\.part$/;

export interface DownloadsOptions {
  readonly disk: Disk;
  readonly clock: Clock;
  /** Ours alone; whatever is in it may be removed. */
  readonly directory: string;
}

interface Part {
  readonly name: string;
  readonly sha256: string;
  readonly usedMs: number;
}

/** The directory of one agent's downloads. */
export class Downloads {
  readonly #options: DownloadsOptions;
  /** The package that is being fetched or installed; null when none is. */
  #inUse: string | null = null;

  constructor(options: DownloadsOptions) {
    this.#options = options;
  }

  /**
   * The path at which the download of this package (hexadecimal) begins, or
   * goes on. It is left alone until `tidy`.
   *
   * @throws what the disk throws.
   */
  async place(sha256: string): Promise<string> {
    const { disk, clock, directory } = this.#options;
    this.#inUse = sha256;
    await disk.makeDirectory(directory, { recursive: true, mode: 0o700 });
    const path = `${directory}/${sha256}.${Math.floor(clock.wallMs())}.part`;
    const { parts } = await this.#look();
    const held = parts.find((part) => part.sha256 === sha256);
    if (held !== undefined) {
      await disk.rename(`${directory}/${held.name}`, path);
    }
    return path;
  }

  /** The package is fetched no more: what is left of it is one more part. */
  leave(): void {
    this.#inUse = null;
  }

  /**
   * The package is needed no more: nothing of it is kept.
   *
   * @throws what the disk throws.
   */
  async drop(sha256: string): Promise<void> {
    const { disk, directory } = this.#options;
    if (await disk.stat(directory) === null) return;
    const { parts } = await this.#look();
    for (const part of parts) {
      if (part.sha256 !== sha256) continue;
      await disk.remove(`${directory}/${part.name}`);
    }
  }

  /**
   * Removes what is too old, too much, or none of ours.
   *
   * @throws what the disk throws.
   */
  async tidy(): Promise<void> {
    const { disk, clock, directory } = this.#options;
    if (await disk.stat(directory) === null) return;
    const { parts, others } = await this.#look();
    const oldestMs = clock.wallMs() - PART_AGE_MS_MAX;
    const stale = parts.filter(({ sha256, usedMs }, index) =>
      sha256 !== this.#inUse && (index >= PARTS_MAX || usedMs < oldestMs)
    );
    for (const name of [...stale.map(({ name }) => name), ...others]) {
      await disk.remove(`${directory}/${name}`, { recursive: true });
    }
  }

  /** What is there; parts with the last used one first. */
  async #look(): Promise<{ parts: Part[]; others: string[] }> {
    const { disk, directory } = this.#options;
    const parts: Part[] = [];
    const others: string[] = [];
    for await (const { name } of disk.list(directory)) {
      const [, sha256, usedMs] = PART.exec(name) ?? [];
      if (sha256 === undefined) others.push(name);
      else parts.push({ name, sha256, usedMs: Number(usedMs) });
      if (parts.length + others.length >= ENTRIES_MAX) break;
    }
    parts.sort((a, b) => b.usedMs - a.usedMs);
    return { parts, others };
  }
}
