/**
 * The live feed of an organisation's facts.
 *
 * Every message has a `seq`. After (re)connecting, what the socket brings is held back while
 * `GET /events?since=` fills the gap, so nothing is lost or told twice; a gap later on is filled
 * the same way. When the server no longer has what is missing it says `reset` and the views load
 * anew. The state of the feed is shown at all times: a frozen green wall is the worst failure.
 */
export interface LiveMessage {
  type: string;
  seq: number;
  from_seq?: number;
  at?: string;
  data?: Record<string, unknown>;
  devices?: [number, string, number][];
}

/** `since`: when it was last live, null where it never was. */
export type FeedState =
  | { kind: "live" }
  | { kind: "catching-up"; since: number | null }
  | { kind: "offline"; since: number };

export interface CatchUp {
  messages: LiveMessage[];
  last_seq: number;
  reset: boolean;
}

export interface FeedPorts {
  /** Opens a socket with a fresh one-time ticket. */
  open: () => Promise<WebSocket>;
  /** Fetches the facts after a number; without one, only learns the newest number. */
  since: (seq: number | null) => Promise<CatchUp>;
  onMessages: (messages: LiveMessage[]) => void;
  onState: (state: FeedState) => void;
  /** Told the number from which the feed goes on: what is older must be loaded anew. */
  onReset: (seq: number) => void;
  random?: () => number;
}

const PING_MS = 5 * 60_000;
const REDIAL_MS = 110 * 60_000;
const BACKOFF_MS = { first: 500, most: 30_000 };

export class LiveFeed {
  private seq: number | null = null;
  private held: LiveMessage[] | null = [];
  private socket: WebSocket | null = null;
  private attempts = 0;
  private stopped = false;
  private timers: ReturnType<typeof setTimeout>[] = [];
  private offlineSince = Date.now();
  private wasLive = false;

  constructor(private readonly ports: FeedPorts) {}

  start(): void {
    this.stopped = false;
    void this.dial();
  }

  stop(): void {
    this.stopped = true;
    this.clearTimers();
    this.socket?.close();
    this.socket = null;
  }

  private async dial(): Promise<void> {
    if (this.stopped) return;
    this.held = [];
    try {
      const socket = await this.ports.open();
      this.socket = socket;
      socket.onmessage = (event: MessageEvent<string>) => this.receive(event.data);
      socket.onclose = () => this.lost(socket);
      this.ports.onState({ kind: "catching-up", since: this.wasLive ? this.offlineSince : null });
      await this.catchUp();
      this.attempts = 0;
      this.after(PING_MS, () => this.ping(socket));
      this.after(REDIAL_MS + this.random() * 5 * 60_000, () => socket.close());
    } catch {
      this.lost(this.socket);
    }
  }

  private receive(text: string): void {
    let messages: LiveMessage[];
    try {
      const frame = JSON.parse(text) as { messages?: LiveMessage[] };
      messages = frame.messages ?? [];
    } catch {
      return;
    }
    if (this.held) this.held.push(...messages);
    else this.apply(messages);
  }

  private apply(messages: LiveMessage[]): void {
    const fresh: LiveMessage[] = [];
    for (const message of messages) {
      if (this.seq !== null && message.seq <= this.seq) continue;
      if (this.seq !== null && (message.from_seq ?? message.seq) > this.seq + 1) {
        this.held = [message];
        void this.catchUp().catch(() => this.socket?.close());
        break;
      }
      fresh.push(message);
      this.seq = message.seq;
    }
    if (fresh.length > 0) this.ports.onMessages(fresh);
  }

  private async catchUp(): Promise<void> {
    const missed = await this.ports.since(this.seq);
    const held = this.held ?? [];
    this.held = null;
    if (missed.reset || this.seq === null) {
      this.seq = missed.last_seq;
      this.ports.onReset(this.seq);
    } else {
      // facts this caller may not see leave holes that are no gaps
      const fresh = missed.messages.filter((m) => m.seq > (this.seq ?? 0));
      this.seq = Math.max(this.seq, missed.last_seq);
      if (fresh.length > 0) this.ports.onMessages(fresh);
    }
    this.apply(held);
    this.wasLive = true;
    this.ports.onState({ kind: "live" });
  }

  private ping(socket: WebSocket): void {
    if (socket.readyState === WebSocket.OPEN) socket.send('{"action":"ping"}');
    this.after(PING_MS, () => this.ping(socket));
  }

  private lost(socket: WebSocket | null): void {
    if (this.stopped || socket !== this.socket) return;
    this.socket = null;
    this.clearTimers();
    if (this.attempts === 0) this.offlineSince = Date.now();
    this.ports.onState({ kind: "offline", since: this.offlineSince });
    const most = Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** this.attempts);
    this.attempts += 1;
    this.after(this.random() * most + 100, () => void this.dial());
  }

  private random(): number {
    return (this.ports.random ?? Math.random)();
  }

  private after(ms: number, run: () => void): void {
    this.timers.push(setTimeout(run, ms));
  }

  private clearTimers(): void {
    this.timers.forEach(clearTimeout);
    this.timers = [];
  }
}
