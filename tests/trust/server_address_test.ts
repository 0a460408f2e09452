/**
 * Server addresses as people write them.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { parseServerAddress } from "../../lib/trust/server_address.ts";

const TAKEN = [
  { text: "192.0.2.7", host: "192.0.2.7", port: null },
  { text: "192.0.2.7:2013", host: "192.0.2.7", port: 2013 },
  { text: "flottille.example.org", host: "flottille.example.org", port: null },
  { text: "server:1", host: "server", port: 1 },
  { text: "SERVER-2:65535", host: "SERVER-2", port: 65_535 },
  { text: "[2001:db8::7]", host: "2001:db8::7", port: null },
  { text: "[::1]:2013", host: "::1", port: 2013 },
  { text: "xn--bcher-kva.example", host: "xn--bcher-kva.example", port: null },
  { text: "3com.example", host: "3com.example", port: null },
];
for (const { text, host, port } of TAKEN) {
  Deno.test(`parseServerAddress reads ${text}`, () => {
    assertEquals(parseServerAddress(text), { host, port });
  });
}

const REFUSED = [
  "",
  ":2013",
  "server:",
  "server:0",
  "server:65536",
  "server:70000",
  "server:02013",
  "server:-1",
  "server:2013:2013",
  "2001:db8::7",
  "[server]:2013",
  "[12345::]",
  "[::1",
  "10.0.0.300",
  "10.0.0",
  "10.0.0.1.2",
  "010.0.0.1",
  "-server",
  "server-",
  "a..b",
  ".a",
  "a.",
  "a b",
  "a_b",
  "http://server",
  "server/path",
  "user@server",
  "server\n",
  "é.example",
  "a".repeat(64),
  "a.".repeat(127) + "a",
];
for (const text of REFUSED) {
  const shown = JSON.stringify(text.slice(0, 30));
  Deno.test(`parseServerAddress refuses ${shown}, K-13`, () => {
    assertEquals(parseServerAddress(text), null);
  });
}
