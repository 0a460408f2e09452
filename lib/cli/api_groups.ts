/**
 * What the command line asks of the server about groups and tags.
 *
 * @module
 */

import {
  type GroupBody,
  groupSchema,
  groupsSchema,
  machinesSchema,
  type TagBody,
  tagsSchema,
} from "../server/shapes/api_schema.ts";
import type { ApiClient } from "./api_client.ts";

/** The calls. */
export function groupCalls(client: ApiClient) {
  return {
    groups: () => client.ask({ path: "/v1/groups" }, groupsSchema),
    group: (name: string) => {
      const path = `/v1/groups/${encodeURIComponent(name)}`;
      return client.ask({ path }, groupSchema);
    },
    put: (body: GroupBody) => client.post("/v1/groups", body, groupSchema),
    remove: (name: string) =>
      client.post("/v1/groups/delete", { name }, groupSchema),
    tags: () => client.ask({ path: "/v1/tags" }, tagsSchema),
    tag: (body: TagBody) => client.post("/v1/tags", body, machinesSchema),
  };
}
