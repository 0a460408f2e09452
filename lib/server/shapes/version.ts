/**
 * The server's version, as `status` and `--version` tell it.
 *
 * @module
 */

/** Raised with every release. */
export const SERVER_VERSION = "0.1.0";
