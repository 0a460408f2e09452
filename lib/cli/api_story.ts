/**
 * What the command line asks of the server about one machine.
 *
 * @module
 */

import { storySchema } from "../server/shapes/api_schema.ts";
import type { ApiClient } from "./api_client.ts";

/** The machine's story. */
export function storyOf(client: Pick<ApiClient, "ask">, machine: string) {
  const path = `/v1/machines/${encodeURIComponent(machine)}/why`;
  return client.ask({ path }, storySchema);
}
