/**
 * Questions to the local API in its paths. Pure.
 *
 * @module
 */

/** The path with what of the query is given. */
export function withQuery(
  path: string,
  given: Readonly<Record<string, string | readonly string[] | undefined>>,
): string {
  const query = new URLSearchParams(
    Object.entries(given).flatMap(([name, value]) =>
      [value ?? []].flat().map((one) => [name, one])
    ),
  );
  return query.size === 0 ? path : `${path}?${query}`;
}
