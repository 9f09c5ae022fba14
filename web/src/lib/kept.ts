/**
 * The wall as it was last seen, kept in the browser so that a warm start has something to show at
 * once. It is always shown as old, and goes when its owner logs out.
 */
import type { Snapshot } from "./snapshot";

export interface Kept {
  /** When it was true, in milliseconds. */
  at: number;
  snapshot: Snapshot;
}

const DATABASE = "netpulse";
const STORE = "wall";
const KEY = "last";

function database(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("no database"));
  });
}

async function inStore<T>(mode: IDBTransactionMode, run: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
  try {
    const opened = await database();
    return await new Promise((resolve, reject) => {
      const request = run(opened.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error("not stored"));
    }).finally(() => opened.close()) as T;
  } catch {
    // a private window may have no database: a warm start is then a cold one
    return null;
  }
}

export const keep = (kept: Kept) => inStore("readwrite", (store) => store.put(kept, KEY));
export const recall = () => inStore<Kept | undefined>("readonly", (store) => store.get(KEY) as IDBRequest<Kept | undefined>);
export const forget = () => inStore("readwrite", (store) => store.delete(KEY));
