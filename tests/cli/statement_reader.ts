/** Looks into a signed statement without checking its signature. */

/** The fields of a statement that the tests look at. */
export interface StatementFields {
  readonly name: string;
  readonly version: string;
  readonly serial: number;
  readonly size: number;
}

/** Reads the payload of a DSSE envelope in a file. */
export async function readStatementOf(path: string): Promise<StatementFields> {
  const { payload } = JSON.parse(await Deno.readTextFile(path));
  const base64 = String(payload).replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Uint8Array.fromBase64(base64);
  return JSON.parse(new TextDecoder().decode(bytes));
}
