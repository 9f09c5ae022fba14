import type { Schemas } from "../api/client";

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

const KEPT = 500;

/** The latest deltas. A snapshot that was on its way while they came would undo those younger than it. */
export class RecentDeltas {
  private kept: { seq: number; devices: readonly StatusDelta[] }[] = [];

  add(seq: number, devices: readonly StatusDelta[]): void {
    this.kept.push({ seq, devices });
    if (this.kept.length > KEPT) this.kept = this.kept.slice(-KEPT);
  }

  after(seq: number): StatusDelta[] {
    return this.kept.filter((each) => each.seq > seq).flatMap(({ devices }) => devices);
  }

  clear(): void {
    this.kept = [];
  }
}
