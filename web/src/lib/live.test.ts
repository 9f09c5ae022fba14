import { describe, expect, it, vi } from "vitest";
import { type CatchUp, type FeedState, LiveFeed, type LiveMessage } from "./live";

class FakeSocket {
  static OPEN = 1;
  readyState = 1;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  send = vi.fn();
  close() {
    this.onclose?.();
  }
  say(...messages: LiveMessage[]) {
    this.onmessage?.({ data: JSON.stringify({ messages }) });
  }
}

const fact = (seq: number): LiveMessage => ({ type: "AlertOpened.v1", seq });

function harness(log: LiveMessage[]) {
  const sockets: FakeSocket[] = [];
  const told: number[] = [];
  const states: FeedState["kind"][] = [];
  const resets = vi.fn();
  let oldest = 1;
  const feed = new LiveFeed({
    open: async () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
    since: async (seq): Promise<CatchUp> => {
      const last_seq = log.at(-1)?.seq ?? 0;
      return {
        messages: seq === null ? [] : log.filter((message) => message.seq > seq),
        last_seq,
        reset: seq !== null && seq + 1 < oldest,
      };
    },
    onMessages: (messages) => told.push(...messages.map((message) => message.seq)),
    onState: (state) => states.push(state.kind),
    onReset: resets,
    random: () => 0,
  });
  return { feed, sockets, told, states, resets, forget: (until: number) => (oldest = until) };
}

const settle = () => vi.waitFor(() => undefined).then(() => new Promise((resolve) => setTimeout(resolve, 0)));

describe("the live feed", () => {
  it("loads the views anew at first and then tells what the socket brings, once", async () => {
    const { feed, sockets, told, states, resets } = harness([fact(1), fact(2)]);
    feed.start();
    await settle();
    sockets[0]?.say(fact(2), fact(3));
    sockets[0]?.say(fact(3));
    expect(resets).toHaveBeenCalledOnce();
    expect(told).toEqual([3]);
    expect(states.at(-1)).toBe("live");
    feed.stop();
  });

  it("fills a gap in the numbers from the event log", async () => {
    const log = [fact(1)];
    const { feed, sockets, told } = harness(log);
    feed.start();
    await settle();
    log.push(fact(2), fact(3), fact(4));
    sockets[0]?.say(fact(4));
    await settle();
    expect(told).toEqual([2, 3, 4]);
    feed.stop();
  });

  it("says that it is offline, dials again and catches up", async () => {
    const log = [fact(1)];
    const { feed, sockets, told, states } = harness(log);
    feed.start();
    await settle();
    log.push(fact(2));
    sockets[0]?.close();
    expect(states.at(-1)).toBe("offline");
    await vi.waitFor(() => expect(sockets.length).toBe(2));
    await vi.waitFor(() => expect(told).toEqual([2]));
    expect(states.at(-1)).toBe("live");
    feed.stop();
  });

  it("starts over when the log no longer has what is missing", async () => {
    const log = [fact(1)];
    const { feed, sockets, resets, forget } = harness(log);
    feed.start();
    await settle();
    log.push(fact(50));
    forget(40);
    sockets[0]?.say(fact(50));
    await vi.waitFor(() => expect(resets).toHaveBeenCalledTimes(2));
    feed.stop();
  });

  it("ignores frames that are no JSON", async () => {
    const { feed, sockets, told } = harness([]);
    feed.start();
    await settle();
    sockets[0]?.onmessage?.({ data: "oops" });
    expect(told).toEqual([]);
    feed.stop();
  });
});
