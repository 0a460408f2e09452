/**
 * What the system's own settings leave to a program: how much of what arrives
 * is kept while nobody reads, how many neighbours it can speak to, how many
 * files it may open. Hints for a warning: nothing here can be changed by us.
 *
 * @module
 */

export interface KernelSettings {
  /**
   * Bytes that the system keeps for one UDP socket while nobody reads, as it
   * counts them: with its own bookkeeping for each datagram.
   */
  readonly receiveBufferBytes: number | null;
  /** Machines on the links of this one that it can speak to at one time. */
  readonly neighboursMax: number | null;
  /** Files and connections that this process may have open. */
  readonly openFilesMax: number | null;
}

export interface Kernel {
  /** As they are now; null: the system does not tell, or has no such limit. */
  settings(): KernelSettings;
}

/** Of a system that tells nothing. */
export const UNTOLD_SETTINGS: KernelSettings = {
  receiveBufferBytes: null,
  neighboursMax: null,
  openFilesMax: null,
};
