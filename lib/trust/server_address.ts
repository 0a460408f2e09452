/**
 * Where an agent may look for a server: `192.0.2.7`, `192.0.2.7:2013`,
 * `flottille.example.org`, `[2001:db8::7]:2013`. As text only; whether such a
 * name or host exists is for others to find out.
 *
 * @module
 */

/** An address as a person writes it, taken apart. */
export interface ServerAddress {
  /** A DNS name or a literal IP address, without brackets. */
  readonly host: string;
  /** Null when none was written: SeP's own. */
  readonly port: number | null;
}

/** The longest DNS name, RFC 1035 section 2.3.4, as text without a last dot. */
const HOST_CHARS_MAX = 253;

/** Takes the address apart, or gives null when it is not one. */
export function parseServerAddress(text: string): ServerAddress | null {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+))(?::([0-9]+))?$/
    .exec(text);
  if (match === null) return null;
  const [, ipv6, name, digits] = match;
  const port = digits === undefined ? null : parsePort(digits);
  if (digits !== undefined && port === null) return null;
  if (ipv6 !== undefined) return isIpv6(ipv6) ? { host: ipv6, port } : null;
  if (name === undefined || !isHostName(name)) return null;
  return { host: name, port };
}

function parsePort(digits: string): number | null {
  const port = Number(digits);
  const isPort = /^[1-9][0-9]{0,4}$/.test(digits) && port <= 65_535;
  return isPort ? port : null;
}

function isHostName(text: string): boolean {
  if (text.length > HOST_CHARS_MAX) return false;
  const labels = text.split(".");
  const areLabels = labels.every((label) =>
    /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label)
  );
  // A last label of digits makes it an IPv4 address or nothing: RFC 1123
  // section 2.1, and what resolvers do with "10.0.0.300" differs.
  const isNumeric = /^[0-9]+$/.test(labels.at(-1) ?? "");
  return areLabels && (!isNumeric || isIpv4(labels));
}

function isIpv4(labels: readonly string[]): boolean {
  return labels.length === 4 &&
    labels.every((label) =>
      /^(?:0|[1-9][0-9]{0,2})$/.test(label) && Number(label) <= 255
    );
}

function isIpv6(text: string): boolean {
  return URL.canParse(`http://[${text}]/`);
}
