/**
 * What the command line asks of the server about the life of machines.
 *
 * @module
 */

import { z } from "zod";
import type { ExpectedMachine } from "../server/shapes/expected.ts";
import {
  expectedListSchema,
  importedSchema,
  replacedSchema,
} from "../server/shapes/api_schema.ts";
import type { ApiClient } from "./api_client.ts";

const forgottenSchema = z.object({ machines: z.array(z.string()) });

/** The calls. */
export function lifeCalls(client: ApiClient) {
  return {
    forget: (on: readonly string[]) =>
      client.post("/v1/machines/forget", { on }, forgottenSchema),
    replace: (old: string, young: string) =>
      client.post("/v1/machines/replace", { old, new: young }, replacedSchema),
    expected: () => client.ask({ path: "/v1/expected" }, expectedListSchema),
    expect: (expected: readonly ExpectedMachine[]) =>
      client.post("/v1/expected", { expected }, importedSchema),
    drop: (signs: readonly string[]) =>
      client.post("/v1/expected/drop", { signs }, expectedListSchema),
  };
}
