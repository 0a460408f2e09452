/**
 * The terminal and what the person at it can do: read lines, press Ctrl-C.
 *
 * @module
 */

export interface Terminal {
  /** Writes text to stdout as it is. */
  write(text: string): void;
  /** Writes bytes to stdout as they are; false when nobody reads any more. */
  writeBytes(bytes: Uint8Array): boolean;
  /** Writes text to stderr as it is. */
  writeError(text: string): void;
  /** True when stdout is a person's terminal, and colour is not refused. */
  readonly interactive: boolean;
  /** The same for stderr, where progress is drawn. */
  readonly interactiveError: boolean;
  /** Width in characters; 80 when unknown. */
  columns(): number;
  /** Height in lines; 24 when unknown. */
  rows(): number;
  /**
   * Asks on stderr for a line that is not shown while it is typed; null when
   * nobody can be asked, because stdin or stderr is no terminal.
   *
   * @throws {Deno.errors.Interrupted} at Ctrl-C, and at Ctrl-D before a letter.
   */
  readHidden(prompt: string): Promise<string | null>;
  /** Calls `then` at SIGINT or SIGTERM, until the returned function is called. */
  onStop(then: (signal: "SIGINT" | "SIGTERM") => void): () => void;
}
