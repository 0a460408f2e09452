/**
 * Readers of JSON that the journal needs beside those of `trust/shape.ts`: a
 * value whose own word says which shape it has, and fields that came later.
 *
 * Pure.
 *
 * @module
 */

import { fault, ok } from "../../trust/outcome.ts";
import type { Shape } from "../../trust/shape.ts";

/** The shape that the value's own word asks for. */
export function byWord<T>(
  field: string,
  shapes: Readonly<Record<string, Shape<T>>>,
): Shape<T> {
  return (value, path) => {
    const word = fieldOf(value, field);
    const shape = typeof word === "string" && Object.hasOwn(shapes, word)
      ? shapes[word]
      : undefined;
    return shape === undefined
      ? fault({ path: field, problem: `is ${String(word)}` })
      : shape(value, path);
  };
}

/** Fields that came later, and what they are where they are absent. */
export function since<T>(before: object, shape: Shape<T>): Shape<T> {
  return (value, path) =>
    shape(
      typeof value === "object" && value !== null
        ? { ...before, ...value }
        : value,
      path,
    );
}

/** Just this value. */
export function the<const W extends string | boolean>(word: W): Shape<W> {
  return (value, path) =>
    value === word ? ok(word) : fault({ path, problem: `is not ${word}` });
}

/** A field of a value that nothing has looked at. */
export function fieldOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null
    ? Reflect.get(value, key)
    : undefined;
}
