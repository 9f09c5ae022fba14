import type { ReactNode } from "react";
import { clock, day, instant } from "../lib/time";

/** One thing that happened, in a list of what happened when. */
export function Happening({ at, children }: { at: string; children: ReactNode }) {
  return (
    <li className="grid gap-x-4 border-l-2 border-line py-2 pl-4 sm:grid-cols-[7.5rem_1fr]">
      <time dateTime={at} title={instant(at)} className="text-muted tabular-nums">
        {day(new Date(at))} {clock(new Date(at), true)}
      </time>
      <div className="min-w-0">{children}</div>
    </li>
  );
}
