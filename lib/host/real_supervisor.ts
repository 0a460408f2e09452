/**
 * systemd as the supervisor: datagrams to the socket that it names in
 * `NOTIFY_SOCKET`. A sign of life comes from a timer of the event loop, so a
 * process whose loop hangs gives none, and is started anew.
 *
 * @module
 */

import { NO_SUPERVISOR, type Supervisor } from "./supervisor.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** Signs of life for each time that the supervisor would wait. */
const SIGNS = 3;

const MICROS_PER_MS = 1_000;

/** The supervisor that the environment names; nobody when it names none. */
export function realSupervisor(variables: Variables, pid: number): Supervisor {
  const path = variables["NOTIFY_SOCKET"] ?? "";
  // "@..." is a name of Linux' own, which the runtime cannot send to.
  if (!path.startsWith("/")) return NO_SUPERVISOR;
  const signMs = signEveryMs(variables, pid);
  const tell = teller(path, variables["RUNTIME_DIRECTORY"], pid);
  let timer: ReturnType<typeof setInterval> | null = null;
  return {
    ready() {
      tell("READY=1");
      if (signMs === null || timer !== null) return;
      timer = setInterval(() => tell("WATCHDOG=1"), signMs);
      Deno.unrefTimer(timer);
    },
    stopping() {
      tell("STOPPING=1");
    },
  };
}

/** Null: nobody waits for signs of life of this process. */
function signEveryMs(variables: Variables, pid: number): number | null {
  const forWhom = variables["WATCHDOG_PID"] ?? String(pid);
  const micros = Number(variables["WATCHDOG_USEC"] ?? "");
  if (forWhom !== String(pid) || !(micros > 0)) return null;
  return Math.max(1, Math.floor(micros / MICROS_PER_MS / SIGNS));
}

/** Opens its socket at the first word, and keeps it as long as it lives. */
function teller(path: string, directory: string | undefined, pid: number) {
  let socket: Deno.DatagramConn | null = null;
  return (message: string): void => {
    const bytes = new TextEncoder().encode(`${message}\n`);
    try {
      socket ??= openSocket(directory, pid);
      // Who cannot be told waits for it in vain, and acts.
      socket.send(bytes, { transport: "unixpacket", path }).catch(() => {});
    } catch {
      // The same.
    }
  };
}

/** A datagram socket of Unix needs a name of its own. */
function openSocket(directory: string | undefined, pid: number) {
  const where = directory ??
    Deno.makeTempDirSync({ prefix: "flottille-notify-" });
  const path = `${where}/notify-${pid}`;
  const socket = Deno.listenDatagram({ transport: "unixpacket", path });
  // Nobody answers: the name is not needed any more.
  Deno.removeSync(path);
  if (directory === undefined) Deno.removeSync(where);
  return socket;
}
