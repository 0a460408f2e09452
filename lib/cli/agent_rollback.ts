/**
 * `flottille-agent rollback`, for a person: what is asked of the running
 * agent, and what became of it.
 *
 * @module
 */

import { REASONS } from "../sep/reasons.ts";
import type { OrderResult } from "../sep/server_api.ts";
import type { Given } from "./agent_arguments.ts";
import type { ExitName } from "./exit_codes.ts";
import { CliFailure } from "./failure.ts";
import type { Output } from "./output.ts";

/** The operands as the agent takes them. */
export function rollbackAsked(given: Given): Record<string, string> {
  const [name = ""] = given.get("NAME") ?? [];
  const [version] = given.get("VERSION") ?? [];
  return version === undefined ? { name } : { name, version };
}

/** @throws {CliFailure} with the agent's own sentence, when it failed. */
export function tellRollback(
  output: Output,
  { reason, version, note }: OrderResult,
  { name, isJson }: { readonly name: string; readonly isJson: boolean },
): ExitName {
  const lines = note.split("\n").filter((line) => line !== "");
  if (reason !== null) {
    const [sentence = REASONS[reason].text, ...advice] = lines;
    const exit = reason === "absent" ? "notFound" : "failed";
    throw new CliFailure(exit, sentence, { advice });
  }
  if (isJson) return "ok";
  output.line(`${name} is at version ${version} again`);
  for (const line of lines) output.note(line);
  return "ok";
}
