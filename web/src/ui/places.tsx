import { Link, type LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";

export interface Place {
  label: ReactNode;
  link: Pick<LinkProps, "to" | "params" | "search">;
}

/** Screens beside each other, as a row of links; the one that is shown is marked. */
export function Places({ name, places }: { name: string; places: readonly Place[] }) {
  return (
    <nav aria-label={name} className="-mx-4 flex gap-1 overflow-x-auto border-b border-line px-4 sm:mx-0 sm:px-0">
      {places.map(({ label, link }) => (
        <Link
          key={`${String(link.to)}${JSON.stringify(link.search ?? "")}`}
          {...link}
          activeOptions={{ exact: true, includeSearch: link.search !== undefined }}
          className="-mb-px inline-flex min-h-10 items-center border-b-2 border-transparent px-3 font-medium whitespace-nowrap text-muted hover:text-ink"
          activeProps={{ className: "!border-accent !text-ink", "aria-current": "page" }}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
