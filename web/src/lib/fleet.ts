import { RecentDeltas, type Snapshot, type StatusDelta } from "./snapshot";
import { asStatus, type Status, STATUSES } from "./status";

export interface Tile {
  number: number;
  name: string;
  status: Status;
  maintenance: boolean;
}

/** A name as it sorts: numbers by their size; a collator would take ten times as long. */
const sortKey = (name: string) => name.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, "0"));

/** All devices in columns, changed in place: thousands of them, hundreds of changes a second. */
export class Fleet {
  private readonly places: Map<number, number>;
  private readonly codes: Uint8Array;
  private readonly maintenance: Set<number>;
  /** Places in the order of names, once and for all. */
  private readonly byName: number[];
  private readonly sorted = new Map<Status | null, number[]>();

  constructor(private readonly snapshot: Snapshot) {
    const ranks = snapshot.status_names.map((name) => STATUSES.indexOf(asStatus(name)));
    const unknown = STATUSES.indexOf("unknown");
    this.places = new Map(snapshot.numbers.map((number, at) => [number, at]));
    this.codes = Uint8Array.from(snapshot.statuses, (digit) => ranks[Number(digit)] ?? unknown);
    this.maintenance = new Set(snapshot.maintenance);
    const keys = snapshot.names.map(sortKey);
    this.byName = keys.map((_, at) => at).sort((a, b) => ((keys[a] ?? "") < (keys[b] ?? "") ? -1 : 1));
  }

  get size(): number {
    return this.codes.length;
  }

  get seq(): number {
    return this.snapshot.seq;
  }

  /** Take changes; says which places they were of, and whether some were of devices that are not here yet. */
  apply(devices: readonly StatusDelta[]): { changed: number[]; isMissing: boolean } {
    const changed: number[] = [];
    for (const [number, status] of devices) {
      const at = this.places.get(number);
      if (at === undefined) continue;
      this.codes[at] = STATUSES.indexOf(asStatus(status));
      changed.push(at);
    }
    return { changed, isMissing: changed.length < devices.length };
  }

  /** Put the worst first again; until then every device stays where it is. */
  sort(): void {
    this.sorted.clear();
  }

  /** How many devices have a status. */
  counts(): Record<Status, number> {
    const counts = STATUSES.map(() => 0);
    for (const code of this.codes) counts[code] = (counts[code] ?? 0) + 1;
    return Object.fromEntries(STATUSES.map((status, code) => [status, counts[code] ?? 0])) as Record<Status, number>;
  }

  /** The devices' places, worst first and then by name, or those with one status only, as last sorted. */
  order(only: Status | null): readonly number[] {
    const known = this.sorted.get(only);
    if (known) return known;
    const groups: number[][] = STATUSES.map(() => []);
    for (const at of this.byName) groups[this.codes[at] ?? 0]?.push(at);
    const places = only ? (groups[STATUSES.indexOf(only)] ?? []) : groups.flat();
    this.sorted.set(only, places);
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

/** Told which places changed since the last time; null: all may have moved. */
type Painter = (changed: ReadonlySet<number> | null) => void;

const COUNT_MS = 250;
const SORT_MS = 1_000;

/**
 * The fleet that is shown, and who wants to know of changes, however many there are: who paints is
 * told once a frame, who counts a few times a second, and tiles change their places once a second,
 * for what jumps about cannot be read.
 */
export class FleetStore {
  fleet: Fleet | null = null;
  /** Whether it came from the server in this session, and not from what was kept of an earlier one. */
  isOurs = false;
  /** Goes up when there is something to count anew. */
  version = 0;
  private readonly recent = new RecentDeltas();
  private readonly listeners = new Set<() => void>();
  private readonly painters = new Set<Painter>();
  private readonly changed = new Set<number>();
  private frame = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sortedAt = 0;

  /** Show what the server told; changes that came while it was on its way are not undone. */
  load(snapshot: Snapshot): void {
    const fleet = new Fleet(snapshot);
    fleet.apply(this.recent.after(snapshot.seq));
    this.isOurs = true;
    this.show(fleet);
  }

  /** Show what was kept, until the server has told something newer. */
  loadKept(snapshot: Snapshot): void {
    if (!this.isOurs) this.show(new Fleet(snapshot));
  }

  /** Take changes; says whether a newer snapshot is needed. */
  apply(seq: number, devices: readonly StatusDelta[]): boolean {
    this.recent.add(seq, devices);
    if (!this.fleet || !this.isOurs) return false;
    const { changed, isMissing } = this.fleet.apply(devices);
    for (const at of changed) this.changed.add(at);
    this.frame ||= requestAnimationFrame(() => this.paint());
    this.timer ??= setTimeout(() => this.count(), COUNT_MS);
    return isMissing;
  }

  /** Another organisation's numbers and sequence mean nothing here. */
  clear(): void {
    this.recent.clear();
    this.isOurs = false;
    this.show(null);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  onPaint(painter: Painter): () => void {
    this.painters.add(painter);
    return () => this.painters.delete(painter);
  }

  private show(fleet: Fleet | null): void {
    this.fleet = fleet;
    this.changed.clear();
    this.tell();
  }

  private paint(): void {
    this.frame = 0;
    this.painters.forEach((painter) => painter(this.changed));
    this.changed.clear();
  }

  private count(): void {
    this.timer = undefined;
    const now = performance.now();
    if (now - this.sortedAt < SORT_MS) {
      // the places of today's changes are still to come
      this.timer = setTimeout(() => this.count(), COUNT_MS);
    } else {
      this.sortedAt = now;
      this.fleet?.sort();
      this.painters.forEach((painter) => painter(null));
    }
    this.tell();
  }

  private tell(): void {
    this.version += 1;
    this.listeners.forEach((listener) => listener());
  }
}
