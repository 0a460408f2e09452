/**
 * The program that the agent is measured against: it holds one UDP socket,
 * sends one datagram to the address it is given, and then only waits.
 *
 * @module
 */

const [hostname = "127.0.0.1", port = "0", own = "127.0.0.1"] = Deno.args;
const socket = Deno.listenDatagram({
  transport: "udp",
  hostname: own,
  port: 0,
});
await socket.send(new Uint8Array([1]), {
  transport: "udp",
  hostname,
  port: Number(port),
});
for await (const [bytes] of socket) {
  if (bytes.length === 0) break;
}
