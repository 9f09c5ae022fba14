import { cleanup, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Refusal } from "../../testing/fake-api";
import { ME, show } from "../../testing/screen";
import { type Aim, aimsOf, standingOf } from "./aim";
import { hoursInWords, promiseInWords } from "./level";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const GOLD = {
  ...{ id: "l1", name: "Gold", priority: 10, respond_seconds: 900, restore_seconds: null, channel_ids: ["c1"], enabled: true },
  matchers: [{ name: "severity", op: "=", value: "critical" }],
  hours: { time_zone: "Africa/Nairobi", weekdays: [0, 1], from_time: "08:00:00", to_time: "00:00:00" },
};
const CHANNEL = { id: "c1", name: "NOC mail", kind: "email", config: { to: [] }, severities: [], enabled: true, grouping: {} };
const inDialog = async () => within(await screen.findByRole("dialog"));
const opened = async (name: string) => {
  await userEvent.click((await screen.findAllByRole("button", { name }))[0] as HTMLElement);
  return inDialog();
};

describe("a service level", () => {
  it("is written with its times, its hours and who is told", async () => {
    const api = show("/service-levels", { "GET /notification-channels": [CHANNEL], "POST /service-levels": {} });
    const dialog = await opened("Add a service level");
    await userEvent.type(dialog.getByLabelText("Name"), "Office");
    await userEvent.type(dialog.getByLabelText("Problems with"), "severity = critical");
    await userEvent.clear(dialog.getByLabelText("Response within"));
    await userEvent.clear(dialog.getByLabelText("Restoration within"));
    await userEvent.type(dialog.getByLabelText("Restoration within"), "1.5");
    await userEvent.selectOptions(dialog.getByLabelText("Restoration within: unit"), "days");
    await userEvent.click(dialog.getByLabelText("Only business hours count"));
    await userEvent.clear(dialog.getByLabelText("Time zone"));
    await userEvent.type(dialog.getByLabelText("Time zone"), "Africa/Nairobi");
    await userEvent.click(await dialog.findByLabelText("NOC mail"));
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    expect(api.bodyOf("POST /service-levels")).toEqual({
      ...{ name: "Office", priority: 100, enabled: true, channel_ids: ["c1"], respond_seconds: null, restore_seconds: 129_600 },
      matchers: [{ name: "severity", op: "=", value: "critical" }],
      hours: { weekdays: [0, 1, 2, 3, 4], from_time: "08:00", to_time: "18:00", time_zone: "Africa/Nairobi" },
    });
  });

  it("that is changed keeps what nobody touched", async () => {
    const api = show("/service-levels", { "GET /service-levels": [{ ...GOLD, enabled: false }], "GET /notification-channels": [CHANNEL] });
    const dialog = await opened("Change Gold");
    expect(dialog.getByLabelText<HTMLInputElement>("Response within").value).toBe("15");
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    const { id, ...body } = GOLD;
    expect(id && api.bodyOf("PUT /service-levels/l1")).toEqual({ ...body, enabled: false });
  });

  it("without any time says so at both", async () => {
    const fault = { field: "body", message: "respond_seconds or restore_seconds is needed" };
    show("/service-levels", { "POST /service-levels": new Refusal(422, "MISSING_REQUIRED_FIELD", [fault]) });
    const dialog = await opened("Add a service level");
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    expect(await dialog.findAllByText("Give this time, the other one, or both")).toHaveLength(2);
    expect(dialog.getByRole("alert").textContent).toBe("Please look at the fields that are marked.");
  });

  it("says how short a time may be as people say it", async () => {
    const fault = { field: "respond_seconds", message: "Input should be greater than or equal to 60" };
    show("/service-levels", { "POST /service-levels": new Refusal(422, "INVALID_INPUT", [fault]) });
    const dialog = await opened("Add a service level");
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    expect(await dialog.findByText("At least 1 min")).toBeTruthy();
    expect(dialog.getByLabelText("Response within").getAttribute("aria-invalid")).toBe("true");
  });

  it("is switched off as it is", async () => {
    const api = show("/service-levels", { "GET /service-levels": [GOLD] });
    await userEvent.click(await screen.findByLabelText("Gold is on"));
    expect(api.bodyOf("PUT /service-levels/l1")).toMatchObject({ enabled: false, name: "Gold", respond_seconds: 900 });
  });

  it("is only read by who may not write", async () => {
    show("/service-levels", { "GET /me": { ...ME, permissions: ["alert:read"] }, "GET /service-levels": [GOLD] });
    expect(await screen.findByText("Response within 15 min")).toBeTruthy();
    expect(screen.getByText(/At 50, 75 and 100 % tells a channel/)).toBeTruthy();
    for (const name of [/Change/, /Delete/, /Add/]) expect(screen.queryByRole("button", { name })).toBeNull();
    expect(screen.queryByRole("link", { name: "Notifications" })).toBeNull();
  });

  it("is said in words", () => {
    expect(promiseInWords({ respond_seconds: 900, restore_seconds: 14_400 })).toBe("Response within 15 min, restoration within 4 h");
    expect(promiseInWords({ respond_seconds: null, restore_seconds: 14_400 })).toBe("Restoration within 4 h");
    expect(hoursInWords(GOLD.hours)).toBe("Counts Mon, Tue, 08:00 to 24:00 (Africa/Nairobi)");
    expect(hoursInWords(null)).toBe("Every hour counts");
  });
});

describe("a problem's clock", () => {
  const ALERT = { id: "a1", message: "mast is down", severity: "critical", state: "firing", rule_name: "", entity: "", began_at: "2026-11-23T13:00:00Z", resolved: false };
  const LEVEL = {
    ...{ alert_id: "a1", name: "Gold", is_paused: false, respond_percent: 40, respond_by: null, responded_at: "2026-11-23T13:06:00Z" },
    ...{ is_response_late: false, restore_percent: 130.5, restore_by: "2026-11-23T14:00:00Z", restored_at: null, is_restoration_late: true },
  };
  it("shows what was kept and what is late", async () => {
    show("/alerts/a1", { "GET /alerts/a1": ALERT, "GET /alerts/a1/service-level": LEVEL });
    expect(await screen.findByRole("heading", { name: "Promised: Gold" })).toBeTruthy();
    const [response, restoration] = screen.getAllByRole("meter");
    expect(response?.getAttribute("aria-valuenow")).toBe("40");
    expect(restoration?.getAttribute("aria-valuenow")).toBe("100");
    expect(restoration?.getAttribute("aria-valuetext")).toBe("130.5 %");
    expect(screen.getByText("Kept")).toBeTruthy();
    expect(screen.getByText("Late")).toBeTruthy();
    expect(screen.getByText(/^130.5 % gone, was due .* ago$/)).toBeTruthy();
  });

  it("is not there where nothing is promised", async () => {
    show("/alerts/a1", { "GET /alerts/a1": ALERT, "GET /alerts/a1/service-level": { alert_id: null, name: "" } });
    expect(await screen.findByRole("heading", { name: "Timeline" })).toBeTruthy();
    expect(screen.queryByRole("heading", { name: /Promised/ })).toBeNull();
  });

  const AIM: Aim = { name: "Response", percent: 10, by: null, doneAt: null, isLate: false, isPaused: false };
  it.each([
    [{}, "fine"],
    [{ percent: 50 }, "half"],
    [{ percent: 75 }, "soon"],
    [{ percent: 80, isPaused: true }, "paused"],
    [{ percent: 101, isLate: true }, "missed"],
    [{ percent: 101, isLate: true, doneAt: "2026-11-23T13:06:00Z" }, "missed"],
    [{ percent: 99, doneAt: "2026-11-23T13:06:00Z" }, "kept"],
  ])("of %o stands as %s", (part, standing) => expect(standingOf({ ...AIM, ...part })).toBe(standing));

  it("has only what was promised", () => {
    expect(aimsOf({ ...LEVEL, restore_percent: null }).map(({ name }) => name)).toEqual(["Response"]);
  });
});
