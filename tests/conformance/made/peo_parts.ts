/**
 * What the made program lists are put together from.
 *
 * @module
 */

export type Fields = Record<string, unknown>;

const HEAD: Fields = {
  $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  version: 1,
  metadata: { lifecycles: [{ phase: "operations" }] },
};

export const properties = (source: string, more: Fields = {}) =>
  Object.entries({ source, ...more }).map(([name, value]) => ({
    name: `flottille:${name}`,
    value,
  }));

export const program = (changes: Fields = {}): Fields => ({
  type: "application",
  name: "editor",
  version: "1.0",
  purl: "pkg:generic/editor@1.0",
  properties: properties("dpkg"),
  ...changes,
});

export const line = (changes: Fields = {}) => JSON.stringify(program(changes));

export function document(
  lines: readonly string[],
  head: Fields = {},
  end = "]}\n",
): string {
  const begin = JSON.stringify({ ...HEAD, ...head }).slice(0, -1);
  return lines.length === 0
    ? `${begin},"components":[]}\n`
    : `${begin},"components":[\n${lines.join(",\n")}\n${end}`;
}

export const metadata = (properties: unknown) => ({ metadata: { properties } });
export const fault = (value: unknown, name = "flottille:fault:dpkg") => ({
  name,
  value,
});
export const named = (name: string, more: Fields = {}) =>
  line({ name, purl: `pkg:generic/${name}`, ...more });
