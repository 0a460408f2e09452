/**
 * A line that is typed without being shown, key by key, as a terminal in raw
 * mode gives them: what each key does to it. Knows nothing of the terminal.
 *
 * @module
 */

/** Bytes of a line; what is typed after them is dropped. */
const LINE_BYTES_MAX = 4_096;

const CTRL_C = 0x03;
const CTRL_D = 0x04;
const BACKSPACE = 0x08;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const CTRL_U = 0x15;
const DELETE = 0x7f;

/** A line that is being typed. */
export class HiddenLine {
  readonly #bytes: number[] = [];
  #state: "open" | "whole" | "cancelled" = "open";

  /** `whole` after Return, `cancelled` after Ctrl-C. */
  get state(): "open" | "whole" | "cancelled" {
    return this.#state;
  }

  /** The keys that were pressed; those after the line's end are dropped. */
  type(keys: Uint8Array): void {
    for (const key of keys) {
      if (this.#state === "open") this.#press(key);
    }
  }

  /** Nothing more will come. */
  cancel(): void {
    this.#state = "cancelled";
  }

  /** What was typed. */
  text(): string {
    return new TextDecoder().decode(Uint8Array.from(this.#bytes));
  }

  #press(key: number): void {
    switch (key) {
      case RETURN:
      case LINE_FEED:
        this.#state = "whole";
        break;
      case CTRL_C:
        this.#state = "cancelled";
        break;
      case CTRL_D:
        this.#state = this.#bytes.length === 0 ? "cancelled" : "whole";
        break;
      case CTRL_U:
        this.#bytes.length = 0;
        break;
      case BACKSPACE:
      case DELETE:
        this.#dropLetter();
        break;
      default:
        if (this.#bytes.length < LINE_BYTES_MAX) this.#bytes.push(key);
    }
  }

  /** All bytes of the last letter: 0b10...... goes on with a letter of UTF-8. */
  #dropLetter(): void {
    let byte = this.#bytes.pop();
    while (byte !== undefined && (byte & 0xc0) === 0x80) {
      byte = this.#bytes.pop();
    }
  }
}
