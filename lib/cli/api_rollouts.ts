/**
 * What the command line asks of the server about rollouts.
 *
 * @module
 */

import {
  type RolloutBody,
  rolloutSchema,
  rolloutsSchema,
} from "../server/shapes/api_schema.ts";
import type { ApiClient } from "./api_client.ts";

/** The calls. */
export function rolloutCalls(client: ApiClient) {
  return {
    begin: (body: RolloutBody) =>
      client.post("/v1/rollouts", body, rolloutSchema),
    last: (limit: number) =>
      client.ask({ path: `/v1/rollouts?limit=${limit}` }, rolloutsSchema),
    show: (id: number) =>
      client.ask({ path: `/v1/rollouts/${id}` }, rolloutSchema),
    tell: (id: number, word: "pause" | "stop" | "resume") =>
      client.post(`/v1/rollouts/${id}/${word}`, {}, rolloutSchema),
  };
}
