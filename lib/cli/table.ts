/**
 * Tables that fit the terminal: no line is ever wrapped. When they do not fit,
 * the widest columns that may be cut are cut first, with an ellipsis; then the
 * last columns are left out. In a pipe there is no width, and nothing is cut.
 *
 * Pure: columns and cells in, lines out.
 *
 * @module
 */

import { printable } from "./printable.ts";
import { type Style, styled } from "./style.ts";
import { fitted, padded, textWidth } from "./text_width.ts";

/** A column of a table. */
export interface Column {
  /** Its heading; empty for a column that explains itself. */
  readonly title: string;
  /** Numbers stand to the right. */
  readonly right?: boolean;
  /** The fewest characters it may be cut to; never cut when absent. */
  readonly cutTo?: number;
}

/** A cell: its text, from wherever, and how it looks. */
export type Cell = string | { readonly text: string; readonly style: Style };

/** What a table is drawn for. */
export interface TableOptions {
  /** Columns of the terminal; Infinity in a pipe. */
  readonly widthMax: number;
  readonly colours: boolean;
}

const GAP = "  ";

/** The lines of a table, heading first; no lines when there are no rows. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  { widthMax, colours }: TableOptions,
): string[] {
  if (rows.length === 0) return [];
  const cells = rows.map((row) => row.map(cleanCell));
  const widths = columns.map((column, at) =>
    cells.reduce(
      (width, row) => Math.max(width, textWidth(row[at]?.text ?? "")),
      textWidth(column.title),
    )
  );
  const shown = columns.slice(0, countShown(columns, widths, widthMax));
  fitWidths(shown, widths, widthMax);
  const heading = shown.map(({ title }): CleanCell => ({
    text: title,
    style: "heading",
  }));
  const isHeaded = shown.some(({ title }) => title !== "");
  return (isHeaded ? [heading, ...cells] : cells).map((row) =>
    rowLine(shown, widths, row, colours)
  );
}

/**
 * How many columns there is room for, even when each is cut as far as it may
 * be. The last ones matter least, and are left out first.
 */
function countShown(
  columns: readonly Column[],
  widths: readonly number[],
  widthMax: number,
): number {
  let total = -GAP.length;
  for (const [at, { cutTo }] of columns.entries()) {
    const width = widths[at] ?? 0;
    total += GAP.length + Math.min(width, cutTo ?? width);
    if (total > widthMax) return Math.max(1, at);
  }
  return columns.length;
}

interface CleanCell {
  readonly text: string;
  readonly style: Style;
}

function cleanCell(cell: Cell): CleanCell {
  return typeof cell === "string"
    ? { text: printable(cell), style: "plain" }
    : { text: printable(cell.text), style: cell.style };
}

/** Takes columns off the widest one that may be cut, until the table fits. */
function fitWidths(
  columns: readonly Column[],
  widths: number[],
  widthMax: number,
): void {
  const gaps = GAP.length * (columns.length - 1);
  let over = columns.reduce((sum, _, at) => sum + (widths[at] ?? 0), gaps) -
    widthMax;
  while (over > 0) {
    let widest = -1;
    for (const [at, { cutTo }] of columns.entries()) {
      const width = widths[at] ?? 0;
      if (cutTo === undefined || width <= cutTo) continue;
      if (widest === -1 || width > (widths[widest] ?? 0)) widest = at;
    }
    if (widest === -1) {
      // One column is left, and it is too wide even so.
      widths[0] = Math.max(1, widthMax);
      return;
    }
    widths[widest] = (widths[widest] ?? 0) - 1;
    over--;
  }
}

function rowLine(
  columns: readonly Column[],
  widths: readonly number[],
  row: readonly CleanCell[],
  colours: boolean,
): string {
  const last = columns.length - 1;
  return columns.map((column, at) => {
    const { text, style } = row[at] ?? { text: "", style: "plain" as const };
    const width = widths[at] ?? 0;
    const cut = fitted(text, width);
    // Nothing is filled up after the last column: no line ends in spaces.
    const filled = at === last && !column.right
      ? cut
      : padded(cut, width, column.right);
    return styled(filled, style, colours);
  }).join(GAP).trimEnd();
}
