/**
 * What several shapes of the local API are made of, with their limits.
 *
 * @module
 */

import { z } from "zod";

/** Most WHEREs in one request. */
export const WHERE_COUNT_MAX = 256;

/** Most characters in one WHERE, name or version. */
export const TEXT_LENGTH_MAX = 256;

/** How many of something. */
export const count = z.int().min(0);
/** A moment of the wall clock. */
export const moment = z.iso.datetime();
/** A WHERE, as a person writes it. */
export const where = z.string().min(1).max(TEXT_LENGTH_MAX);
export const wheres = z.array(where).min(1).max(WHERE_COUNT_MAX);
/** A name or a version. */
export const text = z.string().min(1).max(TEXT_LENGTH_MAX);
