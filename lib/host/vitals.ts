/**
 * What this process uses of its machine. For people who watch it; nothing is
 * decided by it.
 *
 * @module
 */

export interface VitalSigns {
  /** Memory that the process has, in bytes. */
  readonly residentBytes: number;
  /** What of it holds the program's own values. */
  readonly heapBytes: number;
  /** Processor time since the process began, of all processors together. */
  readonly cpuSeconds: number;
  /** Files and connections that are open; null: the system does not tell. */
  readonly openFiles: number | null;
}

export interface Vitals {
  signs(): VitalSigns;
}

/** Of a world without processes. */
export const UNTOLD_SIGNS: VitalSigns = {
  residentBytes: 0,
  heapBytes: 0,
  cpuSeconds: 0,
  openFiles: null,
};
