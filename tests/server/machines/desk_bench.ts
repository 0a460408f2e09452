/** A desk of enrolment with a real store and a clock that a test moves. */

import { silentLog } from "../../../lib/host/log.ts";
import type { Introduction, Verdict } from "../../../lib/sep/server_api.ts";
import {
  EnrolmentDesk,
  type EnrolmentDeskOptions,
} from "../../../lib/server/machines/enrolment_desk.ts";
import type { EnrolmentSecret } from "../../../lib/server/fleet/enrolment_secrets.ts";
import { GroupCommit } from "../../../lib/server/store/group_commit.ts";
import { Registry } from "../../../lib/server/machines/registry.ts";
import type { Store } from "../../../lib/server/store/store.ts";
import { equalBytes } from "../../../lib/trust/bytes.ts";
import { enrolmentId } from "../../../lib/trust/enrolment.ts";
import { machineOf, showMachine } from "../../../lib/trust/keys.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { keyOf } from "../examples.ts";
import { withStore } from "../temporary.ts";

export const SECRET = new Uint8Array(32).fill(7);
export const secret: EnrolmentSecret = {
  id: enrolmentId(SECRET),
  secret: SECRET,
  expiresMs: null,
  usesMax: null,
};

/** A machine of this key introduces itself. */
export function introduction(
  key: string,
  different: Partial<Introduction> = {},
): Introduction {
  const { publicKey } = keyOf(key);
  return {
    machine: showMachine(machineOf(publicKey)),
    publicKey,
    from: { hostname: "127.0.0.2", port: 2013 },
    macs: ["02:00:00:00:00:01"],
    hostName: key,
    system: "linux",
    architecture: "x86_64",
    agentVersion: "0.1.0",
    epoch: 0n,
    enrolmentId: secret.id,
    provesSecret: (bytes) => equalBytes(bytes, SECRET),
    ...different,
  };
}

export const WITHOUT_SECRET = { enrolmentId: "", provesSecret: () => false };

export class Bench {
  readonly clock = new FakeClock();
  readonly store: Store;
  readonly uses = new Map<string, number>();
  readonly registry: Registry;
  readonly desk: EnrolmentDesk;
  /** Set: the next commits are refused. */
  isFull = false;

  constructor(store: Store, different: Partial<EnrolmentDeskOptions> = {}) {
    this.store = store;
    const writer = new GroupCommit({
      commit: (writes) =>
        this.isFull
          ? Promise.reject(new Error("database or disk is full"))
          : store.commit(writes),
    }, this.clock);
    this.registry = new Registry({
      clock: this.clock,
      writer,
      missedMax: 3,
      conflictMs: 1_000,
      listAtMs: () => null,
      awake: () => {},
    }, []);
    this.desk = new EnrolmentDesk({
      clock: this.clock,
      writer,
      registry: this.registry,
      log: silentLog,
      mode: "auto",
      secrets: () => [secret],
      uses: this.uses,
      pendingMax: 10,
      ...different,
    });
  }

  async identify(who: Introduction): Promise<string> {
    return told(await this.after(this.desk.identify(who)));
  }

  /** The result of work that waits for a commit. */
  async after<T>(work: Promise<T>): Promise<T> {
    await this.clock.advance(100);
    return await work;
  }

  names(): string[] {
    return this.registry.records().map(({ name }) => name);
  }
}

export function told({ verdict, reason }: Verdict): string {
  return `${verdict} ${reason}`.trim();
}

export function testDesk(
  name: string,
  test: (bench: Bench) => Promise<void>,
  different: Partial<EnrolmentDeskOptions> = {},
): void {
  Deno.test(`EnrolmentDesk ${name}`, () =>
    withStore((store) => test(new Bench(store, different))));
}
