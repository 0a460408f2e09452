/**
 * A program's licence in a document. CycloneDX tells an SPDX expression from
 * other words, and a reader that works with licences needs to know which it
 * has; so an expression is said to be one only where the source's own format
 * demands one, and the text has its form.
 *
 * @module
 */

/** The choice of CycloneDX 1.6, as far as we write it. */
export type LicenceChoice =
  | { readonly expression: string }
  | { readonly license: { readonly name: string } };

/** Sources whose own format has an SPDX expression in this place. */
const SPDX_SOURCES: ReadonlySet<string> = new Set(["apk", "cargo", "npm"]);

/** A document's `licenses`. */
export function licencesOf(
  source: string,
  licence: string,
): readonly [LicenceChoice] {
  const isExpression = SPDX_SOURCES.has(source) && isSpdxExpression(licence);
  return [
    isExpression ? { expression: licence } : {
      license: { name: licence },
    },
  ];
}

/** The licence that stands in a document's `licenses`; undefined: none. */
export function licenceIn(licences: unknown): unknown {
  if (!Array.isArray(licences) || licences.length !== 1) return undefined;
  const [choice] = licences;
  // What stands in the place of a text is judged as one, null as well.
  const expression = field(choice, "expression");
  return expression === undefined
    ? field(field(choice, "license"), "name")
    : expression;
}

/**
 * Has it the form of an SPDX licence expression (SPDX 2.3, annex D)? Whether
 * its identifiers are on SPDX's list is not looked at.
 */
export function isSpdxExpression(text: string): boolean {
  const tokens = text.match(/[()]|[^\s()]+/g) ?? [];
  let depth = 0;
  let isOperandDue = true;
  let isExceptionDue = false;
  for (const token of tokens) {
    if (isExceptionDue) {
      if (!IDENTIFIER.test(token) || OPERATORS.has(token)) return false;
      isExceptionDue = false;
    } else if (isOperandDue) {
      if (token === "(") depth++;
      else if (IDENTIFIER.test(token) && !OPERATORS.has(token)) {
        isOperandDue = false;
      } else return false;
    } else if (token === ")") {
      if (--depth < 0) return false;
    } else if (OPERATORS.has(token)) {
      isExceptionDue = token === "WITH";
      isOperandDue = token !== "WITH";
    } else return false;
  }
  return depth === 0 && !isOperandDue && !isExceptionDue;
}

const OPERATORS: ReadonlySet<string> = new Set(["AND", "OR", "WITH"]);

const IDENTIFIER =
  /^(?:DocumentRef-[A-Za-z0-9.-]+:)?[A-Za-z0-9][A-Za-z0-9.-]*\+?$/;

function field(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null && Object.hasOwn(of, name)
    ? Reflect.get(of, name)
    : undefined;
}
