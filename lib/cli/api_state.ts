/**
 * What the command line asks of the server about the desired state.
 *
 * @module
 */

import { stateSchema } from "../server/shapes/api_schema.ts";
import type { ApiClient } from "./api_client.ts";

/** The calls. */
export function stateCalls(client: ApiClient) {
  return {
    held: () => client.ask({ path: "/v1/state" }, stateSchema),
    plan: (text: string) =>
      client.post("/v1/state/plan", { text }, stateSchema),
    apply: (text: string) => client.post("/v1/state", { text }, stateSchema),
  };
}
