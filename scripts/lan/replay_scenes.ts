/**
 * A whole session is recorded on the switch and said again: while it lasts,
 * after the machine's restart, after the server's (C-06, C-07).
 *
 * @module
 */

import { Capture } from "../kit/capture.ts";
import type { HostileLan } from "./hostile_lan.ts";
import { check, told } from "./lan_test.ts";

/** Everything that goes over the bridge while `act` lasts. */
export async function recordSession(
  { bridge, test, fleet: { directory } }: HostileLan,
  act: () => Promise<void>,
): Promise<string> {
  const capture = await Capture.start({
    ...{ namespace: bridge, device: "br0", directory, name: "session" },
  });
  test.captures.push(capture);
  await act();
  return await capture.file();
}

export async function replayScenes(
  lan: HostileLan,
  capture: string,
): Promise<void> {
  const { fleet } = lan;
  let said = 0;
  const again = async (scene: string | null) => {
    const { recorded, sent } = await lan.attack("replay", {
      capture,
      seconds: 0,
    });
    check(recorded > 0 && sent > 2 * recorded, `${recorded} are recorded`);
    said += sent;
    if (scene !== null) await lan.judge(scene);
  };
  if (lan.test.thorough) await again("replay");
  for (const name of lan.expected.keys()) await fleet.restartAgent(name);
  await again("replay after the machines' restart");
  await fleet.stopServer();
  await again(null);
  await fleet.startServer();
  await again("replay after the server's restart");
  told(`a recorded session: ${said} datagrams said again, no effect`);
}
