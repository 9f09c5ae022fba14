import { Link, type LinkProps, useRouterState } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";

export interface Place {
  label: ReactNode;
  link: Pick<LinkProps, "to" | "params" | "search">;
  /** Whether it is marked for the screens beneath it, and whatever else the address says, too. */
  deep?: boolean;
}

/** Screens beside each other, as a row of links; the one that is shown is marked. */
export function Places({ name, places }: { name: string; places: readonly Place[] }) {
  const row = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.resolvedLocation?.href });
  // on a phone the one that is shown may lie beyond the edge
  useEffect(() => {
    const shown = row.current?.querySelector<HTMLElement>("[aria-current=page]");
    if (row.current && shown) row.current.scrollLeft = shown.offsetLeft - (row.current.clientWidth - shown.clientWidth) / 2;
  }, [path]);
  return (
    <nav
      ref={row}
      aria-label={name}
      className="relative -mx-4 flex gap-1 overflow-x-auto border-b border-line px-4 sm:mx-0 sm:px-0"
    >
      {places.map(({ label, link, deep = false }) => (
        <Link
          key={`${String(link.to)}${JSON.stringify(link.search ?? "")}`}
          {...link}
          activeOptions={{ exact: !deep, includeSearch: link.search !== undefined, explicitUndefined: true }}
          className="-mb-px inline-flex min-h-10 items-center border-b-2 border-transparent px-3 font-medium whitespace-nowrap text-muted hover:text-ink"
          activeProps={{ className: "!border-accent !text-ink", "aria-current": "page" }}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
