/**
 * A Worker that sends many datagrams at an even pace, for the tests and the
 * measurement of F-03. It tells when it begins and when it has ended.
 */

interface Task {
  readonly to: { readonly hostname: string; readonly port: number };
  readonly count: number;
  readonly spreadMs: number;
}

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<Task>) => void;
  postMessage(message: string): void;
};

scope.onmessage = async ({ data: { to, count, spreadMs } }) => {
  const socket = Deno.listenDatagram({
    transport: "udp",
    hostname: "127.0.0.1",
    port: 0,
  });
  const bytes = new Uint8Array(168);
  scope.postMessage("began");
  const beganMs = performance.now();
  let sent = 0;
  while (sent < count) {
    const due = (performance.now() - beganMs) / spreadMs * count;
    for (; sent < Math.min(due, count); sent++) {
      await socket.send(bytes, { transport: "udp", ...to });
    }
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  socket.close();
  scope.postMessage("ended");
};
