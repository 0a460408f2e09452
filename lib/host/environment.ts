/**
 * Environment variables under which no part of Flottille may run: each adds
 * certificate authorities to those that the runtime trusts, and so widens the
 * pin of the server's certificate (K-14). Proxies are not among them: nothing
 * here ever uses one.
 *
 * @module
 */

/** The variables. */
export const WIDENING = [
  "DENO_CERT",
  "DENO_TLS_CA_STORE",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "NODE_EXTRA_CA_CERTS",
] as const;

/** @throws {Error} when one of them is set to anything but nothing. */
export function refuseEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const found = WIDENING.filter((name) => (environment[name] ?? "") !== "");
  if (found.length === 0) return;
  const several = found.length > 1;
  throw new Error(
    `Cannot start with ${listOf(found)} in the environment: ` +
      `${several ? "they" : "it"} would make other certificates trusted than ` +
      `the fleet's own; unset ${several ? "them" : "it"} and start again`,
  );
}

/** `A`, `A and B`, `A, B and C`. */
function listOf(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  const before = names.slice(0, -1).join(", ");
  return before === "" ? last : `${before} and ${last}`;
}
