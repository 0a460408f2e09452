/**
 * The agent from its source, with one module in another's place: everything
 * of it is real, but the key that signs its lists.
 *
 * @module
 */

const ROOT = new URL("../../", import.meta.url).href;
const RIGHT = `${ROOT}lib/trust/list_statement.ts`;
const FALSE = `${ROOT}scripts/inventory/false_list_statement.ts`;

/** The command of such an agent; its import map goes into this directory. */
export async function falseSigner(directory: string): Promise<string[]> {
  const { imports } = JSON.parse(
    await Deno.readTextFile(new URL("../../deno.json", import.meta.url)),
  );
  const path = `${directory}/false_signer.json`;
  await Deno.writeTextFile(
    path,
    JSON.stringify({
      imports: { ...imports, [RIGHT]: FALSE },
      scopes: { [FALSE]: { [RIGHT]: RIGHT } },
    }),
  );
  const flags = ["--no-lock", "--quiet", "--allow-all", "--unstable-net"];
  const entry = new URL("../../agent.ts", import.meta.url).pathname;
  const map = `--import-map=${path}`;
  return [Deno.execPath(), "run", ...flags, "--no-check", map, entry];
}
