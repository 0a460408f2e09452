/**
 * Kinds of values in a manifest. A kind says at once how a value is read and
 * judged, how it is written, and what JSON Schema says of it, so that the three
 * cannot drift apart. The schema may let pass what reading refuses (a path that
 * is a device of Windows); it never refuses what reading takes.
 *
 * Unlike the shapes they are made of, objects here leave fields alone that
 * they do not know: see `manifest.ts` on compatibility.
 *
 * Pure. Knows no field of any manifest.
 *
 * @module
 */

import { ok } from "../../trust/outcome.ts";
import {
  describe,
  listOf,
  misfit,
  type Shape,
  textOf,
  trueOrFalse,
  wholeNumber,
} from "../../trust/shape.ts";

/** A JSON Schema, draft 7. */
export type Schema = { readonly [keyword: string]: unknown };

/** How values of one type stand in JSON. */
export interface Kind<T> {
  readonly read: Shape<T>;
  /** The JSON value; strings, numbers and lists of them are themselves. */
  write(value: T): unknown;
  readonly schema: Schema;
}

/** One field of an object. */
export interface Field<T> {
  readonly kind: Kind<T>;
  /** For the people who read the schema: a sentence without a full stop. */
  readonly about: string;
  readonly presence:
    | "needed"
    | "optional"
    /** Not written when it is what is assumed where it is absent. */
    | { readonly absent: T };
}

/** A field for each of an object's; `?` in the type is `may` here. */
export type FieldsOf<T> = {
  readonly [K in keyof T]-?: undefined extends T[K] ? OptionalField<T[K]>
    : PresentField<T[K]>;
};
type OptionalField<T> = Field<Exclude<T, undefined>> & {
  readonly presence: "optional";
};
type PresentField<T> = Field<T> & {
  readonly presence: "needed" | { readonly absent: T };
};

/** A field that must be there. */
export function need<T>(kind: Kind<T>, about: string) {
  return { kind, about, presence: "needed" } as const;
}

/** A field that may be left out, and then is not there. */
export function may<T>(kind: Kind<T>, about: string) {
  return { kind, about, presence: "optional" } as const;
}

/** A field that may be left out, and then is `absent`. */
export function or<T>(absent: NoInfer<T>, kind: Kind<T>, about: string) {
  return { kind, about, presence: { absent } } as const;
}

/** An object of these fields, read and written in their order. */
export function record<T extends object>(fields: FieldsOf<T>): Kind<T> {
  const table = Object.entries(fields as Record<string, Field<unknown>>);
  return {
    read(value, path) {
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        return misfit(path, `must be an object, not ${describe(value)}`);
      }
      const read: Partial<Record<string, unknown>> = {};
      for (const [key, { kind, presence }] of table) {
        const fieldPath = path === "" ? key : `${path}.${key}`;
        if (!Object.hasOwn(value, key)) {
          if (presence === "needed") return misfit(fieldPath, "is missing");
          if (presence !== "optional") read[key] = presence.absent;
          continue;
        }
        const field = kind.read(Reflect.get(value, key), fieldPath);
        if (!field.ok) return field;
        read[key] = field.value;
      }
      return ok(read as T);
    },
    write(value) {
      const written: Partial<Record<string, unknown>> = {};
      for (const [key, { kind, presence }] of table) {
        const field: unknown = Reflect.get(value, key);
        if (field === undefined) continue;
        const json = kind.write(field);
        const isAssumed = typeof presence === "object" &&
          isSame(json, kind.write(presence.absent));
        if (!isAssumed) written[key] = json;
      }
      return written;
    },
    schema: {
      type: "object",
      required: table
        .filter(([, { presence }]) => presence === "needed")
        .map(([key]) => key),
      properties: Object.fromEntries(table.map(([key, field]) => [
        key,
        schemaOf(field),
      ])),
    },
  };
}

function schemaOf({ kind, about, presence }: Field<unknown>): Schema {
  return {
    description: about,
    ...(typeof presence === "object"
      ? { default: kind.write(presence.absent) }
      : {}),
    ...kind.schema,
  };
}

/** Both were written by one kind, so their fields have one order. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A list of at most `max` values. */
export function list<T>(item: Kind<T>, max: number): Kind<readonly T[]> {
  return {
    read: listOf(item.read, max),
    write: (values) => values.map((value) => item.write(value)),
    schema: { type: "array", maxItems: max, items: item.schema },
  };
}

/** A list of 1 to `max` values. */
export function filledList<T>(
  item: Kind<T>,
  max: number,
): Kind<readonly [T, ...T[]]> {
  const any = list(item, max);
  return {
    read(value, path) {
      const values = any.read(value, path);
      if (!values.ok) return values;
      const [first, ...rest] = values.value;
      return first === undefined
        ? misfit(path, "is an empty list")
        : ok([first, ...rest]);
    },
    write: (values) => any.write(values),
    schema: { ...any.schema, minItems: 1 },
  };
}

/** What a text must be. */
export interface TextRule {
  /** "a program name", in the sentence on what is not one. */
  readonly what: string;
  /** Anchored; it means the same with the flag `u`, for the schema. */
  readonly pattern: RegExp;
  /** In UTF-16 units. */
  readonly charsMax: number;
  /** What a schema cannot say. */
  readonly check?: (text: string) => boolean;
}

/** Valid Unicode that keeps the rule. */
export function text(
  { what, pattern, charsMax, check }: TextRule,
): Kind<string> {
  const isSuch = (text: string) =>
    text.length <= charsMax && text.isWellFormed() && pattern.test(text) &&
    (check === undefined || check(text));
  return {
    read: (value, path) =>
      typeof value === "number"
        // `version = 1.0` of a TOML file: the quotes are what is missing.
        ? misfit(path, `must be ${what} in quotes, not ${describe(value)}`)
        : textOf(what, isSuch)(value, path),
    write: itself,
    schema: { type: "string", maxLength: charsMax, pattern: pattern.source },
  };
}

/** One of these words. */
export function oneOf<const W extends string>(words: readonly W[]): Kind<W> {
  const all = words.map((word) => `"${word}"`).join(", ");
  return {
    read(value, path) {
      const found = words.find((word) => word === value);
      return found === undefined
        ? misfit(path, `must be one of ${all}, not ${describe(value)}`)
        : ok(found);
    },
    write: itself,
    schema: { enum: words },
  };
}

/** A whole number. */
export function number(min: number, max: number): Kind<number> {
  return {
    read: wholeNumber(min, max),
    write: itself,
    schema: { type: "integer", minimum: min, maximum: max },
  };
}

/** True or false. */
export const truth: Kind<boolean> = {
  read: trueOrFalse,
  write: itself,
  schema: { type: "boolean" },
};

/**
 * A kind with one more rule: `faultOf` gives the end of a sentence that begins
 * with the value's path. `schema` says as much of it as a schema can.
 */
export function ruled<T>(
  kind: Kind<T>,
  faultOf: (value: T) => string | null,
  schema: Schema = {},
): Kind<T> {
  return {
    ...kind,
    read(value, path) {
      const read = kind.read(value, path);
      if (!read.ok) return read;
      const problem = faultOf(read.value);
      return problem === null ? read : misfit(path, problem);
    },
    schema: { ...kind.schema, ...schema },
  };
}

function itself(value: unknown): unknown {
  return value;
}
