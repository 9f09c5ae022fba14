import { Button } from "./controls";

export interface Pagination {
  page: number;
  total: number;
  total_pages: number;
  has_next: boolean;
  has_prev: boolean;
}

interface Props {
  /** Of what there are so many, e.g. “devices”. */
  what: string;
  pagination: Pagination;
  go: (page: number) => void;
}

/** The way through a list's pages; where there is one only, how many there are. */
export function Pager({ what, pagination, go }: Props) {
  const { page, total, total_pages, has_next, has_prev } = pagination;
  if (total_pages <= 1) return <p className="text-center text-muted">{`${what.charAt(0).toUpperCase()}${what.slice(1)}: ${total}`}</p>;
  return (
    <nav aria-label={`Pages of ${what}`} className="flex items-center justify-between">
      <Button disabled={!has_prev} onClick={() => go(page - 1)}>
        Previous
      </Button>
      <span className="text-muted tabular-nums">
        {total} {what}, page {page} of {total_pages}
      </span>
      <Button disabled={!has_next} onClick={() => go(page + 1)}>
        Next
      </Button>
    </nav>
  );
}
