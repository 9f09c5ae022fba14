import { cleanup, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Refusal } from "../../testing/fake-api";
import { ME, show } from "../../testing/screen";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const PATH = "/devices/d1?tab=rules";
const OVERRIDE = "/alert-rules/r1/overrides/d1";
const DEVICE = { id: "d1", name: "mast-rtr-01", device_type: "router", status: "online", ip_address: "198.51.100.7", interval_seconds: 60 };
const RULE = {
  ...{ id: "r1", name: "Losing packets", kind: "threshold", metric: "icmp_loss_ratio", entity: "", comparison: ">", threshold: 0.2 },
  ...{ clear_threshold: null, critical_threshold: null, for_seconds: 60, severity: "warning", enabled: true, built_in: true },
  ...{ window_seconds: 0, description: "", overrides: [], version: 1, scope: { device_ids: [], group_ids: [], tags: [], device_types: [] } },
};
const with_ = (own: object) => ({ ...RULE, overrides: [{ device_id: "other", enabled: false }, { device_id: "d1", enabled: true, ...own }] });
const answers = (rules: object[], more: object = {}) => ({ "GET /devices/d1": DEVICE, "GET /alert-rules": rules, ...more });
const inDialog = async () => within(await screen.findByRole("dialog"));

describe("the rules of a device", () => {
  it("are asked for by the device, and where there is none it is said what that means", async () => {
    const api = show(PATH, answers([]));
    expect(await screen.findByText("No rule looks at this device")).toBeTruthy();
    expect(api.asked.find(({ path }) => path === "/alert-rules")?.query.get("device_id")).toBe("d1");
  });

  it("get limits of the device's own, in the unit people read", async () => {
    const api = show(PATH, answers([RULE], { [`PUT ${OVERRIDE}`]: RULE }));
    await userEvent.click(await screen.findByRole("button", { name: "Set Losing packets for this device" }));
    const dialog = await inDialog();
    await userEvent.type(dialog.getByLabelText("Limit (%)"), "35");
    await userEvent.type(dialog.getByLabelText("Critical from (%)"), "80");
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    await vi.waitFor(() =>
      expect(api.bodyOf(`PUT ${OVERRIDE}`)).toEqual({
        ...{ enabled: true, threshold: 0.35, critical_threshold: 0.8, clear_threshold: null, for_seconds: null },
      }),
    );
  });

  it("say what is refused at its field", async () => {
    const refusal = new Refusal(422, "INVALID_INPUT", [{ field: "clear_threshold", message: "Must lie on the good side" }]);
    show(PATH, answers([RULE], { [`PUT ${OVERRIDE}`]: refusal }));
    await userEvent.click(await screen.findByRole("button", { name: "Set Losing packets for this device" }));
    const dialog = await inDialog();
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    const note = await dialog.findByText("Must lie on the good side");
    expect(dialog.getByLabelText("Clears at (%)").getAttribute("aria-describedby")).toBe(note.id);
  });

  it("show what the device has of its own, and take it back after one more question", async () => {
    vi.stubGlobal("confirm", () => true);
    const api = show(PATH, answers([with_({ threshold: 0.35, for_seconds: 300 })], { [`DELETE ${OVERRIDE}`]: RULE }));
    expect(await screen.findByText("Here: limit 35 %, after 5 min")).toBeTruthy();
    await userEvent.click(await screen.findByRole("button", { name: "Take back the exception from Losing packets" }));
    await vi.waitFor(() => expect(api.asked.some(({ method, path }) => method === "DELETE" && path === OVERRIDE)).toBe(true));
  });

  it("keep nothing else of a device that a rule does not look at", async () => {
    const api = show(PATH, answers([with_({ threshold: 0.35 })], { [`PUT ${OVERRIDE}`]: RULE }));
    await userEvent.click(await screen.findByRole("button", { name: "Change Losing packets for this device" }));
    const dialog = await inDialog();
    await userEvent.click(dialog.getByLabelText("The rule looks at this device"));
    expect(dialog.queryByLabelText("Limit (%)")).toBeNull();
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    await vi.waitFor(() => expect(api.bodyOf(`PUT ${OVERRIDE}`)).toEqual({ enabled: false }));
  });

  it("have no limit to set where the kind has none", async () => {
    show(PATH, answers([{ ...RULE, kind: "device_down", metric: null, threshold: null, comparison: null }]));
    await userEvent.click(await screen.findByRole("button", { name: "Set Losing packets for this device" }));
    const dialog = await inDialog();
    expect(dialog.queryByLabelText(/Limit/)).toBeNull();
    expect(dialog.getByLabelText("For (seconds)")).toBeTruthy();
  });

  it("are only shown to who may not change them", async () => {
    show(PATH, answers([with_({ enabled: false })], { "GET /me": { ...ME, permissions: ["device:read", "alert:read"] } }));
    expect(await screen.findByText("Does not look at this device")).toBeTruthy();
    expect(screen.queryByRole("button", { name: /for this device|Take back/ })).toBeNull();
  });
});

describe("the place among the device's screens", () => {
  it.each([
    ["/devices/d1?range=24h", "Measurements"],
    ["/devices/d1?tab=rules", "Rules"],
  ])("at %s is %s", async (path, name) => {
    show(path, answers([]));
    const places = within(await screen.findByRole("navigation", { name: "About this device" }));
    const shown = () => places.getAllByRole("link").filter((link) => link.getAttribute("aria-current") === "page");
    await vi.waitFor(() => expect(shown().map((link) => link.textContent)).toEqual([name]));
  });
});
