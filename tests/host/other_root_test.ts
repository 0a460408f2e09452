/**
 * Certificates of authorities: for the server's very name, signed by somebody
 * whom a machine may trust for other things.
 */

import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { assertEquals, assertMatch } from "@std/assert";
import type { CertificatePair } from "../../lib/host/certificate.ts";
import { CERTIFICATE_NAME } from "../../lib/host/streams.ts";
import { listen, refused, serveEach, server } from "./tls.ts";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const ALWAYS = {
  notBefore: new Date("1970-01-01T00:00:00Z"),
  notAfter: new Date("9999-12-31T23:59:59Z"),
};

/** An authority, and its certificate for the server's own name. */
async function signedByAnAuthority() {
  const [own, theirs] = await Promise.all([keys(), keys()]);
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=An authority",
    keys: theirs,
    signingAlgorithm: ALGORITHM,
    ...ALWAYS,
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${CERTIFICATE_NAME}`,
    issuer: authority.subject,
    publicKey: own.publicKey,
    signingKey: theirs.privateKey,
    signingAlgorithm: ALGORITHM,
    ...ALWAYS,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.SubjectAlternativeNameExtension([
        { type: "dns", value: CERTIFICATE_NAME },
      ]),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    ],
  });
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", own.privateKey);
  const pair: CertificatePair = {
    certificatePem: `${certificate.toString("pem")}\n${
      authority.toString("pem")
    }\n`,
    privateKeyPem: `${x509.PemConverter.encode(pkcs8, "PRIVATE KEY")}\n`,
    certificateDer: new Uint8Array(certificate.rawData),
  };
  return { pair, authorityPem: `${authority.toString("pem")}\n` };
}

function keys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

Deno.test("connect refuses a certificate that an authority signed for the server's name, S-09", async () => {
  const { pair } = await signedByAnAuthority();
  const listener = listen(pair);
  void serveEach(listener, (stream) => Promise.resolve(stream.close()));
  await refused(listener.address, server, /is not the server's/);
  listener.close();
});

Deno.test("connect has no other guard against an authority in the environment, so that is refused at the start, S-09, K-14", async () => {
  const { pair, authorityPem } = await signedByAnAuthority();
  const listener = listen(pair);
  void serveEach(listener, (stream) => Promise.resolve(stream.close()));
  const directory = await Deno.makeTempDir({ prefix: "flottille-" });
  try {
    await Deno.writeTextFile(`${directory}/authority.pem`, authorityPem);
    await Deno.writeTextFile(`${directory}/server.pem`, server.certificatePem);
    const module = import.meta.resolve("../../lib/host/real_streams.ts");
    const program = `
      import { realStreams } from ${JSON.stringify(module)};
      const [port, path] = Deno.args;
      const certificatePem = await Deno.readTextFile(path);
      const to = { hostname: "127.0.0.1", port: Number(port) };
      await realStreams().connect({ to, certificatePem, deadlineMs: 5_000 })
        .then(() => console.log("in"), (error) => console.log(error.message));
      Deno.exit(0);`;
    const { port } = listener.address;
    const run = async (env: Record<string, string>) => {
      const { stdout } = await new Deno.Command(Deno.execPath(), {
        args: ["eval", program, `${port}`, `${directory}/server.pem`],
        env,
      }).output();
      return new TextDecoder().decode(stdout).trim();
    };
    assertMatch(await run({}), /is not the server's/);
    assertEquals(
      await run({ DENO_CERT: `${directory}/authority.pem` }),
      "in",
      "if this is refused, refuseEnvironment guards what is guarded",
    );
  } finally {
    listener.close();
    await Deno.remove(directory, { recursive: true });
  }
});
