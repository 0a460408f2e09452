/**
 * Package URLs (https://github.com/package-url/purl-spec), as far as lists
 * hold them. The grammar of what we write is a small part of the
 * specification's, so it stands here in a few lines: `packageurl-js` costs an
 * idle agent 4 MB of memory, for it brings the runtime's tables of languages
 * in. The tests hold every purl made here against that library.
 *
 * @module
 */

/** The distribution a Debian package belongs to. */
export interface Distribution {
  /** `debian`, `ubuntu`: os-release's ID. */
  readonly id: string;
  /** `12`, `24.04`, `sid`; empty when it has none. */
  readonly version: string;
}

/** What a package URL is made of. Blanks around each text are dropped. */
export interface PurlParts {
  /** `deb`, `npm`: lower case. */
  readonly type: string;
  /** `debian`, `@babel`; `/` parts it. */
  readonly namespace?: string | undefined;
  readonly name: string;
  /** Left out when it is empty. */
  readonly version?: string | undefined;
  /** Keys in lower case; an empty or absent value leaves its key out. */
  readonly qualifiers?: Readonly<Record<string, string | undefined>>;
}

/** `pkg:TYPE/NAMESPACE/NAME@VERSION?KEY=VALUE`, in its canonical form. */
export function purl(
  { type, namespace = "", name, version = "", qualifiers = {} }: PurlParts,
): string {
  const spelling = SPELLINGS[type] ?? "";
  const path = namespace.split("/").map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) =>
      encodeNamespace(spelling === "" ? part : part.toLowerCase())
    );
  path.push(encode(spelled(name.trim(), spelling)));
  const at = version.trim() === "" ? "" : `@${encodeVersion(version.trim())}`;
  return `pkg:${type}/${path.join("/")}${at}${encodeQualifiers(qualifiers)}`;
}

/** How a type of package has its names spelt. */
type Spelling =
  /** As they come. */
  | ""
  /** The namespace in lower case. */
  | "namespace"
  /** Namespace and name in lower case. */
  | "lower"
  /** The same, and a hyphen for each underscore. */
  | "hyphens";

/** The types whose spelling the specification does not leave alone. */
const SPELLINGS: Readonly<Record<string, Spelling>> = {
  alpm: "lower",
  apk: "lower",
  deb: "lower",
  github: "lower",
  npm: "lower",
  pypi: "hyphens",
  rpm: "namespace",
};

function spelled(name: string, spelling: Spelling): string {
  if (spelling === "lower") return name.toLowerCase();
  if (spelling === "hyphens") return name.toLowerCase().replaceAll("_", "-");
  return name;
}

/** `pkg:generic/NAME@VERSION`, a program that Flottille installed. */
export function genericPurl(name: string, version: string): string {
  return purl({ type: "generic", name, version });
}

/** Makes the package URLs of one distribution's packages. */
export type DistributionPurls = (
  name: string,
  version: string,
  architecture?: string,
) => string;

/**
 * `pkg:deb/debian/NAME@VERSION?arch=amd64&distro=debian-12`, for each package
 * of a distribution: what is the same for all of them is made once.
 */
export function purlsOf(
  type: string,
  distribution: Distribution,
): DistributionPurls {
  const namespace = distribution.id;
  const distro = distroOf(distribution);
  const ends = new Map<string, string>();
  const start = purl({ type, namespace, name: "" });
  const spelling = SPELLINGS[type] ?? "";
  return (name, version, architecture = "") => {
    let end = ends.get(architecture);
    if (end === undefined) {
      end = encodeQualifiers({ arch: architecture, distro });
      ends.set(architecture, end);
    }
    const at = version === "" ? "" : `@${encodeVersion(version)}`;
    return `${start}${encode(spelled(name, spelling))}${at}${end}`;
  };
}

/** The qualifier `distro`: `debian-12`, or `arch` where there is no version. */
export function distroOf({ id, version }: Distribution): string {
  return version === "" ? id : `${id}-${version}`;
}

const PLAIN = /^[A-Za-z0-9._~-]*$/;

/** Letters, digits and `.-_~!*'()` stay; the rest is percent-encoded. */
function encode(text: string): string {
  if (PLAIN.test(text)) return text;
  // Half a character has no UTF-8 form, and would throw.
  return encodeURIComponent(text.toWellFormed());
}

function encodeNamespace(part: string): string {
  return encode(part).replaceAll("%3A", ":");
}

const PLAIN_VERSION = /^[A-Za-z0-9._+:~-]*$/;

/** A colon must not be encoded, and a plus in a version is customary. */
function encodeVersion(version: string): string {
  if (PLAIN_VERSION.test(version)) return version;
  return encode(version).replaceAll("%3A", ":").replaceAll("%2B", "+");
}

/** In the order of the keys. */
function encodeQualifiers(
  qualifiers: Readonly<Record<string, string | undefined>>,
): string {
  const pairs: string[] = [];
  for (const key of Object.keys(qualifiers).sort()) {
    const value = qualifiers[key]?.trim() ?? "";
    if (value !== "") pairs.push(`${key}=${encodeQualifier(value)}`);
  }
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/** As forms are encoded, but for the space. */
function encodeQualifier(value: string): string {
  return encode(value).replace(
    /[!'()~]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
