/**
 * An update on the real disk, for `sync_order_test.ts` to look at from outside:
 * `deno run one_update.ts DIRECTORY`, whose first version is there already.
 *
 * @module
 */

import { House, V2 } from "./house.ts";

const [directory = ""] = Deno.args;
const house = new House(directory);
const installer = await house.open();
const result = await house.install(installer, V2, 2n);
await installer.close();
Deno.exit(result.ok ? 0 : 1);
