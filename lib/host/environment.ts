/**
 * Environment variables under which no part of Flottille may run: each adds
 * certificate authorities to those that the runtime trusts, and so widens the
 * pin of the server's certificate (K-14). Proxies are not among them: nothing
 * here ever uses one.
 *
 * @module
 */

const WIDENING = [
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
  throw new Error(
    `Cannot start with ${found.join(" and ")} in the environment: it would ` +
      "make other certificates trusted than the fleet's own; unset it and " +
      "start again",
  );
}
