import { cleanup, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Refusal } from "../../testing/fake-api";
import { ME, show } from "../../testing/screen";
import { inhibitionInWords } from "./inhibition";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const RULE = {
  ...{ id: "i1", name: "Critical first", enabled: true, equal: ["device"] },
  source_matchers: [{ name: "severity", op: "=" as const, value: "critical" }],
  target_matchers: [{ name: "severity", op: "=~" as const, value: "warning|info" }],
};
const SENTENCE =
  "While a problem with severity = critical is open, nobody is told of problems with severity =~ warning|info that have the same device.";
const inDialog = async () => within(await screen.findByRole("dialog"));
const adding = async () => {
  await userEvent.click((await screen.findAllByRole("button", { name: "Add an inhibition rule" }))[0] as HTMLElement);
  return inDialog();
};

describe("an inhibition rule", () => {
  it("is written as two sides and what they share, and says what it does", async () => {
    const api = show("/inhibition", { "POST /inhibition-rules": {} });
    const dialog = await adding();
    await userEvent.type(dialog.getByLabelText("Name"), "Critical first");
    await userEvent.type(dialog.getByLabelText("While a problem is open with"), "severity = critical");
    await userEvent.type(dialog.getByLabelText("Nobody is told of problems with"), "severity =~ warning|info");
    expect(dialog.getByText(SENTENCE)).toBeTruthy();
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    const { id, ...body } = RULE;
    expect(id && api.bodyOf("POST /inhibition-rules")).toEqual(body);
  });

  it("is not sent while a line is no matcher", async () => {
    const api = show("/inhibition", {});
    const dialog = await adding();
    await userEvent.type(dialog.getByLabelText("Nobody is told of problems with"), "everything else");
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    expect(dialog.getByText("“everything else” is no label, sign and value.")).toBeTruthy();
    expect(api.bodyOf("POST /inhibition-rules")).toBeUndefined();
  });

  it("shows at each field what was refused", async () => {
    const faults = [
      { field: "source_matchers", message: "List should have at least 1 item after validation, not 0" },
      { field: "target_matchers.0", message: "bad pattern: missing ): (" },
      { field: "equal.0", message: "String should match pattern '^[a-zA-Z_]…$'" },
    ];
    show("/inhibition", { "POST /inhibition-rules": new Refusal(422, "INVALID_INPUT", faults) });
    const dialog = await adding();
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    const noteOf = (label: string) => document.getElementById(dialog.getByLabelText(label).getAttribute("aria-describedby") ?? "")?.textContent;
    await dialog.findByRole("alert");
    expect(noteOf("While a problem is open with")).toBe("This is needed");
    expect(noteOf("Nobody is told of problems with")).toBe("bad pattern: missing ): (");
    expect(noteOf("That have the same")).toBe("A label has letters, digits and _ only");
  });

  it("is deleted after it was asked once more", async () => {
    const asked = vi.fn(() => true);
    vi.stubGlobal("confirm", asked);
    const api = show("/inhibition", { "GET /inhibition-rules": [RULE] });
    await userEvent.click(await screen.findByRole("button", { name: "Delete Critical first" }));
    expect(asked).toHaveBeenCalledWith("Delete Critical first? What it keeps quiet is told.");
    expect(api.asked.some(({ method, path }) => method === "DELETE" && path === "/inhibition-rules/i1")).toBe(true);
  });

  it("is switched off as it is", async () => {
    const api = show("/inhibition", { "GET /inhibition-rules": [RULE] });
    await userEvent.click(await screen.findByLabelText("Critical first is on"));
    const { id, ...body } = RULE;
    expect(id && api.bodyOf("PUT /inhibition-rules/i1")).toEqual({ ...body, enabled: false });
  });

  it("is only read by who may not write", async () => {
    show("/inhibition", { "GET /me": { ...ME, permissions: ["alert:read"] }, "GET /inhibition-rules": [RULE] });
    expect(await screen.findByText(SENTENCE)).toBeTruthy();
    for (const name of [/Change/, /Delete/, /Add/]) expect(screen.queryByRole("button", { name })).toBeNull();
  });

  it("of several labels is still a sentence", () => {
    expect(inhibitionInWords({ ...RULE, equal: ["tags", "device_type"] })).toContain("that have the same tags and device_type.");
    expect(inhibitionInWords({ ...RULE, equal: [] })).toMatch(/warning\|info\.$/);
  });
});
