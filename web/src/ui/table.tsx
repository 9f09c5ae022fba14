import type { ReactNode } from "react";

export interface Column<Row> {
  head: string;
  of: (row: Row) => ReactNode;
  className?: string;
}

interface Props<Row> {
  label: string;
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  columns: readonly Column<Row>[];
}

/** A table that scrolls by itself where it is wider than the screen; columns without anything are left out. */
export function Table<Row>({ label, rows, keyOf, columns }: Props<Row>) {
  const [first, ...rest] = columns;
  const shown = rest.filter((column) => rows.some((row) => isSomething(column.of(row))));
  if (!first) return null;
  return (
    <div className="-mx-4 max-h-[36rem] overflow-auto px-4" tabIndex={0} role="region" aria-label={label}>
      <table className="w-full text-left">
        <thead className="sticky top-0 z-[1] bg-panel text-muted">
          <tr>
            {[first, ...shown].map(({ head }) => (
              <th key={head} scope="col" className="py-2 pr-4 font-medium whitespace-nowrap">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              <th scope="row" className={`py-2 pr-4 font-medium ${first.className ?? "whitespace-nowrap"}`}>
                {first.of(row)}
              </th>
              {shown.map((column) => (
                <td key={column.head} className={`py-2 pr-4 tabular-nums ${column.className ?? "whitespace-nowrap"}`}>
                  {column.of(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const isSomething = (cell: ReactNode) => cell !== null && cell !== undefined && cell !== false && cell !== "";
