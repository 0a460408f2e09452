/**
 * A request that cannot be done, and why: the status and the sentence that the
 * local API answers with.
 *
 * @module
 */

/** Thrown by the desks; the API turns it into an answer. */
export class ApiFault extends Error {
  override name = "ApiFault";
  readonly status: ApiStatus;
  /** Names that may have been meant, nearest first. */
  readonly nearest: readonly string[];
  /** Sentences, one for each thing that is in the way. */
  readonly details: readonly string[];

  constructor(
    status: ApiStatus,
    sentence: string,
    nearest: readonly string[] = [],
    details: readonly string[] = [],
  ) {
    super(sentence);
    this.status = status;
    this.nearest = nearest;
    this.details = details;
  }
}

/**
 * 400: malformed; 401: no token; 404: no such thing; 409: it does not fit to
 * what is there; 413: too large; 422: understood, and not to be trusted; 507:
 * the disk takes nothing.
 */
export type ApiStatus = 400 | 401 | 404 | 409 | 413 | 422 | 507;
