import type { ReactNode } from "react";
import { Failed, Loading } from "./controls";
import { Pager, type Pagination } from "./pager";

export interface Asked {
  isPending: boolean;
  isError: boolean;
  error: Error | null;
  refetch: () => unknown;
}

interface Props<Row> {
  /** Of what it is a list, e.g. “devices”. */
  what: string;
  query: Asked;
  rows: readonly Row[] | undefined;
  /** What is said where there is none, with the next thing to do. */
  empty: ReactNode;
  /** One row of the list, with its key. */
  children: (row: Row) => ReactNode;
  pagination?: Pagination | undefined;
  go?: (page: number) => void;
  /** Inside of a panel, which has a frame already. */
  framed?: boolean;
}

/** A list while it loads, when that failed, when it is empty, and with the way through its pages. */
export function Listing<Row>({ what, query, rows, empty, children, pagination, go, framed = false }: Props<Row>) {
  if (query.isError) return <Failed error={query.error ?? new Error()} retry={() => void query.refetch()} />;
  if (query.isPending || !rows) return <Loading what={what} />;
  if (rows.length === 0) return empty;
  return (
    <>
      <ul className={`divide-y divide-line ${framed ? "-my-4" : "rounded-lg border border-line bg-panel"}`}>{rows.map(children)}</ul>
      {pagination && go && (!framed || pagination.total_pages > 1) && (
        <div className={framed ? "mt-7" : ""}>
          <Pager what={what} pagination={pagination} go={go} />
        </div>
      )}
    </>
  );
}
