import type { Schemas } from "../api/client";
import { asStatus } from "./status";

/** Every device in columns, one place a device; `statuses` has one digit each, its place in `status_names`. */
export interface Snapshot {
  seq: number;
  at: string;
  status_names: string[];
  numbers: number[];
  names: string[];
  statuses: string;
  maintenance: number[];
}

/** The snapshot as it travels, read: each number and name is told by the one before it. */
export function unpacked({ name_steps, number_steps, ...rest }: Schemas["SnapshotView"]): Snapshot {
  let number = 0;
  let name = "";
  return {
    ...rest,
    numbers: number_steps.map((step) => (number += step)),
    names: name_steps.map((step) => (name = name.slice(0, Number.parseInt(step.charAt(0), 36)) + step.slice(1))),
  };
}

/** `[number, status, since]` of one device, as the live feed brings it. */
export type StatusDelta = readonly [number, string, number];

/** The snapshot after status deltas; devices that it does not have are left out. */
export function withDelta(snapshot: Snapshot, devices: readonly StatusDelta[]): Snapshot {
  const index = new Map(snapshot.numbers.map((number, at) => [number, at]));
  const statuses = [...snapshot.statuses];
  for (const [number, status] of devices) {
    const at = index.get(number);
    const code = snapshot.status_names.indexOf(asStatus(status));
    if (at !== undefined && code >= 0) statuses[at] = String(code);
  }
  return { ...snapshot, statuses: statuses.join("") };
}

/** Whether deltas speak of a device that the snapshot does not have yet. */
export function isMissing(snapshot: Snapshot, devices: readonly StatusDelta[]): boolean {
  const known = new Set(snapshot.numbers);
  return devices.some(([number]) => !known.has(number));
}

const KEPT = 500;

/**
 * The latest deltas. A snapshot that was on its way while they came would undo them:
 * those that are younger than it are applied to it again.
 */
export class RecentDeltas {
  private kept: { seq: number; devices: readonly StatusDelta[] }[] = [];

  add(seq: number, devices: readonly StatusDelta[]): void {
    this.kept.push({ seq, devices });
    if (this.kept.length > KEPT) this.kept = this.kept.slice(-KEPT);
  }

  appliedTo(snapshot: Snapshot): Snapshot {
    const younger = this.kept.filter(({ seq }) => seq > snapshot.seq).flatMap(({ devices }) => devices);
    return younger.length > 0 ? withDelta(snapshot, younger) : snapshot;
  }

  clear(): void {
    this.kept = [];
  }
}
