/** What systemd is told, by a real socket. */

import { assertEquals } from "@std/assert";
import { realSupervisor } from "../../lib/host/real_supervisor.ts";
import { NO_SUPERVISOR } from "../../lib/host/supervisor.ts";

async function heard(
  variables: Record<string, string>,
  count: number,
): Promise<string[]> {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/notify`;
  const socket = Deno.listenDatagram({ transport: "unixpacket", path });
  const messages: string[] = [];
  try {
    const supervisor = realSupervisor({
      NOTIFY_SOCKET: path,
      RUNTIME_DIRECTORY: directory,
      ...variables,
    }, 7);
    supervisor.ready();
    for (; messages.length < count;) {
      const [bytes] = await socket.receive();
      messages.push(new TextDecoder().decode(bytes));
    }
    supervisor.stopping();
    const [bytes] = await socket.receive();
    messages.push(new TextDecoder().decode(bytes));
    return messages;
  } finally {
    socket.close();
    await Deno.remove(directory, { recursive: true });
  }
}

// The sockets and the timer live as long as a process does.
const whole = { sanitizeOps: false, sanitizeResources: false };

Deno.test(
  "realSupervisor says that it is ready, and that it stops",
  whole,
  async () => {
    assertEquals(await heard({}, 1), ["READY=1\n", "STOPPING=1\n"]);
  },
);

Deno.test(
  "realSupervisor gives signs of life when they are waited for",
  whole,
  async () => {
    const [first, second, third] = await heard({
      WATCHDOG_USEC: "30000",
      WATCHDOG_PID: "7",
    }, 3);
    assertEquals([first, second, third], [
      "READY=1\n",
      "WATCHDOG=1\n",
      "WATCHDOG=1\n",
    ]);
  },
);

Deno.test("realSupervisor is nobody where nobody watches, or by a name that cannot be reached", () => {
  assertEquals(realSupervisor({}, 1), NO_SUPERVISOR);
  assertEquals(realSupervisor({ NOTIFY_SOCKET: "@x" }, 1), NO_SUPERVISOR);
});
