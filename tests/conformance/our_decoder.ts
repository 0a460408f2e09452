/**
 * This repository's own decoder in the form that the kit's `codec` asks for:
 * `deno task conformance codec -- deno run tests/conformance/our_decoder.ts`.
 *
 * @module
 */

import { FailureBuckets } from "../../lib/sep/bucket.ts";
import { type Frame, readFrame } from "../../lib/sep/datagram.ts";
import { passGate } from "../../lib/sep/gate.ts";
import type { MessageFrom, Role } from "../../lib/sep/words.ts";
import { equalBytes, fromUtf8 } from "../../lib/trust/bytes.ts";
import { fleetOf, isSafePublicKey, machineOf } from "../../lib/trust/keys.ts";

const bytes = (text: string) =>
  text === "-" ? new Uint8Array(0) : Uint8Array.fromHex(text);

/** What the first line said. */
let keys: Uint8Array[] = [];

function answer(to: Role, datagram: Uint8Array): unknown {
  const from = to === "server" ? "machine" : "server";
  const [filterKey, fleetKey, serverKey, machineKey] = keys;
  if (!filterKey || !fleetKey || !serverKey || !machineKey) {
    throw new Error("The first line has no four keys");
  }
  const known = from === "server" ? serverKey : machineKey;
  const found = passGate(
    {
      ...{ from, filterKey, fleet: fleetOf(fleetKey) },
      buckets: new FailureBuckets(),
      isInside: () => false,
      expects: () => true,
      keyFor: ({ header }: Frame, { args }: MessageFrom<Role>) => {
        const key: unknown = Reflect.get(args, "key");
        if (!(key instanceof Uint8Array)) return known;
        const isNamed = equalBytes(machineOf(key), header.machine);
        return isNamed && isSafePublicKey(key) ? key : null;
      },
    },
    datagram,
    { source: "10.0.0.1", nowMs: 0 },
  );
  if (typeof found === "string") return { dropped: found };
  const frame = readFrame(datagram);
  return { body: typeof frame === "string" ? frame : fromUtf8(frame.body) };
}

const text = await new Response(Deno.stdin.readable).text();
for (const line of text.trimEnd().split("\n")) {
  const [what = "", ...rest] = line.split(" ");
  if (what === "keys") keys = rest.map(bytes);
  else {
    const to = what === "server" ? "server" : "machine";
    console.log(JSON.stringify(answer(to, bytes(rest[0] ?? "-"))));
  }
}
