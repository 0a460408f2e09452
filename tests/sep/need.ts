/**
 * A value that the test cannot go on without.
 *
 * @module
 */

/** The value, or an error that says what is missing. */
export function need<T>(value: T | null | undefined, what: string): T {
  if (value == null) throw new Error(`There is no ${what}`);
  return value;
}
