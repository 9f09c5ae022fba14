import { RecentDeltas, type Snapshot, type StatusDelta } from "./snapshot";
import { asStatus, type Status, STATUSES } from "./status";

export interface Tile {
  number: number;
  name: string;
  status: Status;
  maintenance: boolean;
}

const BY_NAME = new Intl.Collator(undefined, { numeric: true });

/** All devices in columns, changed in place: thousands of them, hundreds of changes a second. */
export class Fleet {
  private readonly places: Map<number, number>;
  private readonly codes: Uint8Array;
  private readonly maintenance: Set<number>;
  /** Places in the order of names, once and for all. */
  private readonly byName: number[];
  private sorted: { only: Status | null; places: number[] } | null = null;

  constructor(private readonly snapshot: Snapshot) {
    const ranks = snapshot.status_names.map((name) => STATUSES.indexOf(asStatus(name)));
    const unknown = STATUSES.indexOf("unknown");
    this.places = new Map(snapshot.numbers.map((number, at) => [number, at]));
    this.codes = Uint8Array.from(snapshot.statuses, (digit) => ranks[Number(digit)] ?? unknown);
    this.maintenance = new Set(snapshot.maintenance);
    const { names } = snapshot;
    this.byName = names.map((_, at) => at).sort((a, b) => BY_NAME.compare(names[a] ?? "", names[b] ?? ""));
  }

  get size(): number {
    return this.codes.length;
  }

  get seq(): number {
    return this.snapshot.seq;
  }

  /** Take changes; says whether they spoke of devices that are not here yet. */
  apply(devices: readonly StatusDelta[]): boolean {
    let isMissing = false;
    for (const [number, status] of devices) {
      const at = this.places.get(number);
      if (at === undefined) isMissing = true;
      else this.codes[at] = STATUSES.indexOf(asStatus(status));
    }
    this.sorted = null;
    return isMissing;
  }

  /** How many devices have a status. */
  counts(): Record<Status, number> {
    const counts = STATUSES.map(() => 0);
    for (const code of this.codes) counts[code] = (counts[code] ?? 0) + 1;
    return Object.fromEntries(STATUSES.map((status, code) => [status, counts[code] ?? 0])) as Record<Status, number>;
  }

  /** The devices' places, worst first and then by name, or those with one status only. */
  order(only: Status | null): readonly number[] {
    if (this.sorted?.only === only && this.sorted) return this.sorted.places;
    const groups: number[][] = STATUSES.map(() => []);
    for (const at of this.byName) groups[this.codes[at] ?? 0]?.push(at);
    const places = only ? (groups[STATUSES.indexOf(only)] ?? []) : groups.flat();
    this.sorted = { only, places };
    return places;
  }

  placeOf(number: number): number | undefined {
    return this.places.get(number);
  }

  tile(at: number): Tile {
    const number = this.snapshot.numbers[at] ?? 0;
    return {
      number,
      name: this.snapshot.names[at] ?? "",
      status: STATUSES[this.codes[at] ?? -1] ?? "unknown",
      maintenance: this.maintenance.has(number),
    };
  }

  /** The state of now as a snapshot, to be kept. */
  packed(): Snapshot {
    return { ...this.snapshot, status_names: [...STATUSES], statuses: this.codes.join("") };
  }
}

/** The fleet that is shown, and who wants to know of changes: once a frame, however many there are. */
export class FleetStore {
  fleet: Fleet | null = null;
  /** Whether it came from the server in this session, and not from what was kept of an earlier one. */
  isOurs = false;
  version = 0;
  private readonly recent = new RecentDeltas();
  private readonly listeners = new Set<() => void>();
  private frame = 0;

  /** Show what the server told; changes that came while it was on its way are not undone. */
  load(snapshot: Snapshot): void {
    this.fleet = new Fleet(snapshot);
    this.fleet.apply(this.recent.after(snapshot.seq));
    this.isOurs = true;
    this.changed();
  }

  /** Show what was kept, until the server has told something newer. */
  loadKept(snapshot: Snapshot): void {
    if (this.isOurs) return;
    this.fleet = new Fleet(snapshot);
    this.changed();
  }

  /** Take changes; says whether a newer snapshot is needed. */
  apply(seq: number, devices: readonly StatusDelta[]): boolean {
    this.recent.add(seq, devices);
    if (!this.fleet || !this.isOurs) return false;
    const isMissing = this.fleet.apply(devices);
    this.changed();
    return isMissing;
  }

  /** Another organisation's numbers and sequence mean nothing here. */
  clear(): void {
    this.recent.clear();
    this.fleet = null;
    this.isOurs = false;
    this.changed();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private changed(): void {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.version += 1;
      this.listeners.forEach((listener) => listener());
    });
  }
}
