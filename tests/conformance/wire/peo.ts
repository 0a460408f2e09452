/**
 * The rules of `B.peo` that a reader must hold a list to, by docs/protocol.md,
 * "B.peo: a program list". Short rather than sparing: it takes whole documents.
 *
 * @module
 */

interface Property {
  readonly name?: unknown;
  readonly value?: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

const LINE_MAX = 16_384;
const HEAD_MAX = 65_536;

/** What breaks a rule, a sentence each; none in a list that may be taken. */
export function listFaults(document: Uint8Array): string[] {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(document);
  } catch {
    return ["the document is not UTF-8"];
  }
  if (text.startsWith("\ufeff")) return ["a byte order mark"];
  if (text.includes("\r")) return ["a carriage return"];
  if (!text.endsWith("\n")) return ["no newline at the end"];
  const lines = text.slice(0, -1).split("\n");
  const [head = "", ...rest] = lines;
  const faults = headFaults(head);
  if (head.endsWith('"components":[]}')) {
    return rest.length === 0 ? faults : [...faults, "lines behind the end"];
  }
  if (!head.endsWith('"components":[')) return ["the head has another end"];
  if (rest.pop() !== "]}") return ["the last line is not ]}"];
  if (rest.length === 0) faults.push("no program, and no empty list");
  let before: string[] | null = null;
  for (const [at, line] of rest.entries()) {
    const where = `line ${at + 2}`;
    const isLast = at === rest.length - 1;
    if (line.endsWith(",") === isLast) return [`${where}: its comma`];
    const body = isLast ? line : line.slice(0, -1);
    const found = programFaults(body);
    if ("faults" in found) {
      faults.push(...found.faults.map((fault) => `${where}: ${fault}`));
      continue;
    }
    if (before !== null && compare(before, found.place) >= 0) {
      faults.push(`${where}: out of order, or a program twice`);
    }
    before = found.place;
  }
  return faults;
}

function headFaults(head: string): string[] {
  if (new TextEncoder().encode(head).length > HEAD_MAX) {
    return ["head too long"];
  }
  const whole = head.endsWith("]}") ? head : `${head}]}`;
  const said = json(whole);
  if (said === null) return ["the head is no JSON object"];
  const faults: string[] = [];
  if (said["bomFormat"] !== "CycloneDX") faults.push("bomFormat");
  if (said["specVersion"] !== "1.6") faults.push("specVersion");
  const { properties } = fields(said["metadata"]);
  if (properties !== undefined) {
    faults.push(...propertyFaults(properties, 64, false));
  }
  return faults;
}

function programFaults(
  line: string,
): { faults: string[] } | { place: string[] } {
  if (new TextEncoder().encode(line).length > LINE_MAX) {
    return { faults: ["too long"] };
  }
  if (!line.endsWith("}")) return { faults: ["white space at its end"] };
  const said = json(line);
  if (said === null) return { faults: ["no JSON object"] };
  const faults: string[] = [];
  const text = (name: string, value: unknown, max: number, needed: boolean) => {
    if (value === undefined && !needed) return "";
    if (typeof value === "string" && isText(value, max)) return value;
    faults.push(name);
    return "";
  };
  const name = text("name", said["name"], 255, true);
  const version = text("version", said["version"], 255, false);
  const purl = text("purl", said["purl"], 2_048, true);
  if (!purl.startsWith("pkg:")) faults.push("the purl's beginning");
  text("supplier", fields(said["supplier"])["name"], 255, false);
  text("licence", licenceIn(said["licenses"]), 255, false);
  const { properties } = said;
  const wrong = propertyFaults(properties, 32, true);
  if (wrong.length > 0) return { faults: [...faults, ...wrong] };
  const own = (name: string) =>
    (properties as Property[]).find((one) => one.name === `flottille:${name}`)
      ?.value;
  const source = text("source", own("source"), 255, true);
  const architecture = text("architecture", own("architecture"), 255, false);
  text("source_package", own("source_package"), 255, false);
  text("source_version", own("source_version"), 255, false);
  if (!isMoment(own("installed"))) faults.push("installed");
  if (!isSize(own("bytes"))) faults.push("bytes");
  return faults.length > 0
    ? { faults }
    : { place: [source, name, version, architecture] };
}

/** Two that are the same are wrong like two in the other order. */
function compare(one: readonly string[], other: readonly string[]): number {
  for (const [at, text] of one.entries()) {
    const else_ = other[at] ?? "";
    if (text !== else_) return text < else_ ? -1 : 1;
  }
  return 0;
}

function propertyFaults(of: unknown, max: number, once: boolean): string[] {
  if (!Array.isArray(of)) return ["properties are no list"];
  if (of.length > max) return ["too many properties"];
  const names = new Set<unknown>();
  for (const one of of) {
    const { name, value } = fields(one) as Property;
    if (typeof name !== "string" || typeof value !== "string") {
      return ["a property without a name and a value"];
    }
    if (once && names.has(name)) return [`the property ${name} twice`];
    if (!once && !isText(value, 512)) return [`the text of ${name}`];
    const source = name.split("flottille:fault:")[1];
    if (!once && source !== undefined && !isText(source, 255)) {
      return ["a fault of no source"];
    }
    names.add(name);
  }
  return [];
}

function licenceIn(of: unknown): unknown {
  if (!Array.isArray(of) || of.length !== 1) return undefined;
  const choice = fields(of[0]);
  return "expression" in choice
    ? choice["expression"]
    : fields(choice["license"])["name"];
}

function isMoment(value: unknown): boolean {
  if (value === undefined) return true;
  if (typeof value !== "string") return false;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value)) return false;
  const date = new Date(value);
  return date.getTime() >= 0 &&
    `${date.toISOString().slice(0, 19)}Z` === value;
}

const isSize = (value: unknown): boolean =>
  value === undefined ||
  typeof value === "string" && /^(0|[1-9]\d{0,15})$/.test(value) &&
    Number(value) <= Number.MAX_SAFE_INTEGER;

const isText = (text: string, max: number): boolean =>
  text !== "" && text.length <= max && text.isWellFormed() &&
  !FORBIDDEN.test(text);

const FORBIDDEN =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

function json(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? value as Fields
      : null;
  } catch {
    return null;
  }
}

const fields = (value: unknown): Fields =>
  typeof value === "object" && value !== null ? value as Fields : {};
