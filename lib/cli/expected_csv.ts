/**
 * A table of machines that are expected, as a spreadsheet saves it: a first
 * row of titles, then a row for each machine. Commas or semicolons, for a
 * French spreadsheet writes these.
 *
 * @module
 */

import { CsvError, parse } from "csv-parse/sync";
import type { ExpectedMachine } from "../server/shapes/expected.ts";
import { EXPECTED_MAX } from "../server/shapes/life_schema.ts";
import { fault, ok, type Outcome } from "../trust/outcome.ts";

/** Bytes of such a file. */
export const EXPECTED_CSV_BYTES_MAX = 4 * 2 ** 20;

/** The titles, and what each column holds. */
export const EXPECTED_COLUMNS = {
  mac: "its MAC address, or empty",
  host: "its host name, or a pattern such as room-101-*; or empty",
  name: "what it shall be called; empty: as it calls itself",
  groups: "groups that it is in, with a space between",
  tags: "tags, with a space between",
} as const;

type Row = Readonly<Record<string, string>>;

/** What a file says; the fault is a sentence that names the row. */
export function readExpectedCsv(
  text: string,
): Outcome<ExpectedMachine[], string> {
  let rows: Row[];
  try {
    rows = parse(text, {
      ...{ bom: true, delimiter: [",", ";"], trim: true },
      columns: (titles: string[]) => titles.map((one) => one.toLowerCase()),
      skip_records_with_empty_values: true,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return fault(error.message);
  }
  const [first] = rows;
  if (first === undefined) return fault("there is no machine in it");
  if (rows.length > EXPECTED_MAX) {
    return fault(`there are more than ${EXPECTED_MAX} machines in it`);
  }
  const unknown = Object.keys(first).find((title) =>
    !Object.hasOwn(EXPECTED_COLUMNS, title)
  );
  if (unknown !== undefined) {
    const titles = Object.keys(EXPECTED_COLUMNS).join(", ");
    return fault(`no column is called "${unknown}"; there are: ${titles}`);
  }
  const expected: ExpectedMachine[] = [];
  for (const [at, row] of rows.entries()) {
    const one = readRow(row);
    if (one === null) {
      return fault(
        `machine ${at + 1}: give either its mac or its host, one of the two`,
      );
    }
    expected.push(one);
  }
  return ok(expected);
}

function readRow(row: Row): ExpectedMachine | null {
  const { mac = "", host = "", name = "" } = row;
  if ((mac === "") === (host === "")) return null;
  const belongs = { groups: words(row["groups"]), tags: words(row["tags"]) };
  return host === ""
    ? { by: "mac", sign: macOf(mac), name, ...belongs }
    : { by: "host", sign: host.toLowerCase(), name, ...belongs };
}

/** Labels and switches write them in many ways: AA-BB-..., aabb.ccdd.eeff. */
function macOf(text: string): string {
  const digits = text.toLowerCase().replaceAll(/[-:. ]/g, "");
  return /^[0-9a-f]{12}$/.test(digits)
    ? digits.match(/../g)?.join(":") ?? text
    : text;
}

function words(text = ""): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
