/**
 * What the command line asks of the server about the secrets by which machines
 * join.
 *
 * @module
 */

import { secretsSchema } from "../server/shapes/api_schema.ts";
import type { ApiClient } from "./api_client.ts";

/** The calls. */
export function secretCalls(client: ApiClient) {
  return {
    held: () => client.ask({ path: "/v1/secrets" }, secretsSchema),
    reload: () => client.post("/v1/secrets/reload", {}, secretsSchema),
  };
}
