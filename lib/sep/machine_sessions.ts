/**
 * A machine's sessions with its server: the present one, and the candidate of
 * a discovery whose last `[OK]` may have been lost.
 *
 * The machine speaks in the newest it has, and listens in both, until the
 * server is heard in the candidate: then the old one is over. A server that
 * missed the last `[OK]` goes on in the old session, or discovers anew.
 *
 * @module
 */

import { zero8 } from "./datagram.ts";
import { isSession, type Session } from "./session.ts";

/** Present and candidate session; either can be missing. */
export class MachineSessions {
  #present: Session | null = null;
  #candidate: Session | null = null;

  /** The session that our own words bear; null: none. */
  get newest(): Session | null {
    return this.#candidate ?? this.#present;
  }

  /** The newest session's 8 bytes, or zeros. */
  get id(): Uint8Array {
    return this.newest?.id ?? zero8();
  }

  /** A discovery ended: its session waits for the server to be heard in it. */
  agree(session: Session): void {
    this.#candidate = session;
  }

  /** The session of these 8 bytes, if it is one of ours. */
  find(id: Uint8Array): Session | null {
    if (isSession(this.#candidate, id)) return this.#candidate;
    return isSession(this.#present, id) ? this.#present : null;
  }

  /** The server spoke in this session: if it was the candidate, it is it. */
  confirm(session: Session): void {
    if (session !== this.#candidate) return;
    this.#present = session;
    this.#candidate = null;
  }

  /** No session any more: its numbers are used up, or we were refused. */
  end(): void {
    this.#present = null;
    this.#candidate = null;
  }
}
