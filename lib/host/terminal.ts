/**
 * The terminal and what the person at it can do: read lines, press Ctrl-C.
 *
 * @module
 */

export interface Terminal {
  /** Writes text to stdout as it is. */
  write(text: string): void;
  /** Writes text to stderr as it is. */
  writeError(text: string): void;
  /** True when stdout is a person's terminal, and colour is not refused. */
  readonly interactive: boolean;
  /** The same for stderr, where progress is drawn. */
  readonly interactiveError: boolean;
  /** Width in characters; 80 when unknown. */
  columns(): number;
  /** Calls `then` at SIGINT or SIGTERM, until the returned function is called. */
  onStop(then: (signal: "SIGINT" | "SIGTERM") => void): () => void;
}
