/**
 * A raw socket of the link layer (AF_PACKET) through the C library, because
 * Deno has none: whole Ethernet frames, with whatever source they claim.
 * Linux, root; for the hostile machine of the LAN test alone.
 *
 * @module
 */

const AF_PACKET = 17;
const SOCK_RAW = 3;
const ETH_P_ALL = 3;
const SOL_SOCKET = 1;
const SO_RCVTIMEO = 20;
const FRAME_BYTES_MAX = 65_536;
/** How soon a socket that hears nothing notices that it is closed. */
const LOOK_MS = 100;

const SYMBOLS = {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
  recv: {
    parameters: ["i32", "buffer", "usize", "i32"],
    result: "isize",
    nonblocking: true,
  },
  setsockopt: {
    parameters: ["i32", "i32", "i32", "buffer", "u32"],
    result: "i32",
  },
  close: { parameters: ["i32"], result: "i32" },
} as const;

/** Frames of one interface of this network namespace. */
export class PacketSocket {
  readonly #library = Deno.dlopen("libc.so.6", SYMBOLS);
  readonly #socket: number;
  #closed = false;

  /** @param hears False for a socket that only sends, which is faster. */
  constructor(device: string, { hears }: { readonly hears: boolean }) {
    const protocol = hears ? ETH_P_ALL : 0;
    const { symbols } = this.#library;
    this.#socket = symbols.socket(AF_PACKET, SOCK_RAW, bigEndian(protocol));
    const address = new Uint8Array(20);
    const view = new DataView(address.buffer);
    view.setUint16(0, AF_PACKET, true);
    view.setUint16(2, protocol);
    view.setInt32(4, indexOf(device), true);
    const patience = new BigInt64Array([0n, BigInt(LOOK_MS * 1_000)]);
    const isOpen = this.#socket >= 0 &&
      symbols.bind(this.#socket, address, address.length) === 0 &&
      symbols.setsockopt(
          this.#socket,
          SOL_SOCKET,
          SO_RCVTIMEO,
          new Uint8Array(patience.buffer),
          16,
        ) === 0;
    if (!isOpen) throw new Error(`Cannot open a raw socket on ${device}`);
  }

  /** False when the kernel has no room for it now. */
  send(frame: Uint8Array<ArrayBuffer>): boolean {
    const { send } = this.#library.symbols;
    return Number(send(this.#socket, frame, BigInt(frame.length), 0)) ===
      frame.length;
  }

  /** Every frame of the interface, our own among them, until it is closed. */
  async *receive(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const { recv } = this.#library.symbols;
    const buffer = new Uint8Array(FRAME_BYTES_MAX);
    while (!this.#closed) {
      const got = await recv(this.#socket, buffer, BigInt(buffer.length), 0);
      if (Number(got) > 0) yield buffer.slice(0, Number(got));
    }
    this.#library.symbols.close(this.#socket);
  }

  /** Whoever receives gets no more. */
  close(): void {
    this.#closed = true;
  }
}

function bigEndian(value: number): number {
  return (value & 0xff) << 8 | value >> 8;
}

function indexOf(device: string): number {
  return Number(Deno.readTextFileSync(`/sys/class/net/${device}/ifindex`));
}
