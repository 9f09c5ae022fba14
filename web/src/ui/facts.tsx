import type { ReactNode } from "react";

export type Fact = readonly [name: string, value: ReactNode];

/** Names and values beside each other; what has no value is left out. */
export function Facts({ facts, className = "sm:grid-cols-3 lg:grid-cols-4" }: { facts: readonly Fact[]; className?: string }) {
  return (
    <dl className={`grid grid-cols-2 gap-x-6 gap-y-3 ${className}`}>
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== false)
        .map(([name, value]) => (
          <div key={name} className="min-w-0">
            <dt className="text-xs text-muted">{name}</dt>
            <dd className="font-medium break-words tabular-nums">{value}</dd>
          </div>
        ))}
    </dl>
  );
}
