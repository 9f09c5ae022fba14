import { describe, expect, it } from "vitest";
import { KeyReader } from "./keys";

const KNOWN = ["a", "j", "g w", "g p"];

describe("keys", () => {
  it("reads a single key at once", () => {
    expect(new KeyReader().press("a", KNOWN)).toBe("a");
  });
  it("reads two keys one after the other", () => {
    const reader = new KeyReader();
    expect(reader.press("g", KNOWN, 0)).toBeNull();
    expect(reader.press("w", KNOWN, 100)).toBe("g w");
  });
  it("forgets the first key after a while", () => {
    const reader = new KeyReader();
    reader.press("g", KNOWN, 0);
    expect(reader.press("w", KNOWN, 5_000)).toBeNull();
  });
  it("does not take the second key for a single one", () => {
    const reader = new KeyReader();
    reader.press("g", KNOWN, 0);
    expect(reader.press("a", KNOWN, 100)).toBeNull();
    expect(reader.press("a", KNOWN, 200)).toBe("a");
  });
});
