/**
 * Whoever started this process and watches over it: systemd, by the protocol of
 * sd_notify(3). Under any other there is nobody to tell, and nothing is told.
 *
 * @module
 */

/** Told how this process is. */
export interface Supervisor {
  /** It serves; from now on it also says, again and again, that it lives. */
  ready(): void;
  /** It ends; several times is the same as once. */
  stopping(): void;
}

/** Nobody watches. */
export const NO_SUPERVISOR: Supervisor = { ready() {}, stopping() {} };
