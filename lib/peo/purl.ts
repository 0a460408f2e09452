/**
 * Package URLs (https://github.com/package-url/purl-spec) of the two kinds we
 * write. The grammar of what we write is a small part of the specification's,
 * so it stands here in a few lines: `packageurl-js` costs an idle agent 4 MB
 * of memory, for it brings the runtime's tables of languages in. The tests
 * hold every purl made here against that library.
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

/** `pkg:generic/NAME@VERSION`, a program that Flottille installed. */
export function genericPurl(name: string, version: string): string {
  return `pkg:generic/${encode(name)}@${encodeVersion(version)}`;
}

/** `pkg:deb/debian/NAME@VERSION?arch=amd64&distro=debian-12`. */
export function debPurl(
  distribution: Distribution,
  name: string,
  version: string,
  architecture: string | undefined,
): string {
  const { id } = distribution;
  const distro = distribution.version === ""
    ? id
    : `${id}-${distribution.version}`;
  const arch = architecture === undefined
    ? ""
    : `arch=${encode(architecture)}&`;
  // The specification has names and namespaces of this type in lower case.
  const path = `${encode(id.toLowerCase())}/${encode(name.toLowerCase())}`;
  return `pkg:deb/${path}@${encodeVersion(version)}?${arch}distro=${
    encode(distro)
  }`;
}

/** Letters, digits and `.-_~` stay; the rest is percent-encoded. */
function encode(text: string): string {
  return encodeURIComponent(text);
}

/** A colon must not be encoded, and a plus in a version is customary. */
function encodeVersion(version: string): string {
  return encode(version).replaceAll("%3A", ":").replaceAll("%2B", "+");
}
