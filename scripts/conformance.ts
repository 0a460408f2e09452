/**
 * The conformance kit: checks an implementation of SeP and SiP over the wire.
 * See tests/conformance/README.md.
 *
 * @module
 */

import { main } from "../tests/conformance/main.ts";

Deno.exit(await main(Deno.args));
