import { cleanup, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it } from "vitest";
import { Refusal } from "../../testing/fake-api";
import { ME, show } from "../../testing/screen";
import { groupingInWords } from "./grouping";
import { quietHoursInWords } from "./quiet-hours";

afterEach(cleanup);

const GROUPING = { group_by: ["device_type", "severity"], group_wait_seconds: 0, group_interval_seconds: 600, repeat_interval_seconds: 86_400 };
const CHANNEL = {
  ...{ id: "c1", name: "NOC hook", kind: "webhook", config: { url: "https://example.org/hook", has_secret: true }, severities: ["critical"] },
  ...{ enabled: true, grouping: GROUPING, critical_at_once: false, quiet_hours: null },
};
const MOST = { "GET /notification-settings": { most_a_minute: 10 } };
const opened = async (name: string) => {
  await userEvent.click(await screen.findByRole("button", { name }));
  return within(await screen.findByRole("dialog"));
};

describe("a channel", () => {
  it("is made with how it groups", async () => {
    const api = show("/notifications", { ...MOST, "POST /notification-channels": CHANNEL });
    const dialog = await opened("Add a channel");
    await userEvent.type(dialog.getByLabelText("Name"), "NOC");
    await userEvent.type(dialog.getByLabelText("Addresses"), "noc@example.org");
    await userEvent.selectOptions(dialog.getByLabelText("Go together"), "device");
    await userEvent.clear(dialog.getByLabelText("News at most every"));
    await userEvent.type(dialog.getByLabelText("News at most every"), "10");
    await userEvent.click(dialog.getByLabelText("Critical problems at once, each by itself"));
    await userEvent.click(dialog.getByRole("button", { name: "Add the channel" }));
    expect(api.bodyOf("POST /notification-channels")).toEqual({
      ...{ name: "NOC", kind: "email", config: { to: ["noc@example.org"] }, severities: ["critical", "warning"], enabled: true },
      grouping: { group_by: ["device"], group_wait_seconds: 30, group_interval_seconds: 600, repeat_interval_seconds: 14_400 },
      critical_at_once: false,
      quiet_hours: null,
    });
  });

  it("that is changed keeps its secret and its labels", async () => {
    const api = show("/notifications", { ...MOST, "GET /notification-channels": [CHANNEL] });
    expect(await screen.findByText("Together by device_type, severity: at once, news every 10 min, again after 1 d")).toBeTruthy();
    const dialog = await opened("Change NOC hook");
    expect(dialog.getByLabelText<HTMLInputElement>("Labels").value).toBe("device_type, severity");
    await userEvent.click(dialog.getByLabelText("warning"));
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    expect(api.bodyOf("PATCH /notification-channels/c1")).toEqual({
      ...{ name: "NOC hook", config: { url: "https://example.org/hook" }, severities: ["critical", "warning"] },
      ...{ grouping: GROUPING, critical_at_once: false, quiet_hours: null },
    });
  });

  it("shows at each time what was refused of it", async () => {
    const faults = [
      { field: "grouping.group_by.0", message: "String should match pattern '^…$'" },
      { field: "grouping.group_wait_seconds", message: "Input should be a valid integer" },
      { field: "grouping.repeat_interval_seconds", message: "Input should be less than or equal to 2678400" },
    ];
    show("/notifications", { ...MOST, "GET /notification-channels": [CHANNEL], "PATCH /notification-channels/c1": new Refusal(422, "INVALID_INPUT", faults) });
    const dialog = await opened("Change NOC hook");
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    expect(await dialog.findByText("A label has letters, digits and _ only")).toBeTruthy();
    expect(dialog.getByText("This is needed")).toBeTruthy();
    expect(dialog.getByText("At most 31 d")).toBeTruthy();
  });

  it.each([
    [["alertname"], "Together by rule"],
    [["device"], "Together by device"],
    [[], "All together"],
    [["..."], "Each by itself"],
  ])("that groups by %j says so", (group_by, words) => {
    expect(groupingInWords({ group_by })).toBe(`${words}: waits 30 s, news every 5 min, again after 4 h`);
  });
});

describe("quiet hours", () => {
  const NIGHT = { time_zone: "Africa/Nairobi", weekdays: [0, 1, 2, 3, 4], from_time: "22:00:00", to_time: "06:00:00", even_critical: true };
  const QUIET = { ...MOST, "GET /notification-channels": [{ ...CHANNEL, quiet_hours: NIGHT }] };
  const sent = (api: ReturnType<typeof show>) => (api.bodyOf("PATCH /notification-channels/c1") as { quiet_hours?: unknown }).quiet_hours;

  it("are made with days, times and a clock, and say what still gets through", async () => {
    const api = show("/notifications", { ...MOST, "POST /notification-channels": CHANNEL });
    const dialog = await opened("Add a channel");
    await userEvent.type(dialog.getByLabelText("Name"), "NOC");
    await userEvent.type(dialog.getByLabelText("Addresses"), "noc@example.org");
    expect(dialog.queryByRole("group", { name: "Quiet hours" })).toBeNull();
    await userEvent.click(dialog.getByLabelText("Leave it alone at some hours"));
    const hours = within(dialog.getByRole("group", { name: "Quiet hours" }));
    expect(hours.getByText(/^Critical problems, escalations and service levels still get through/)).toBeTruthy();
    await userEvent.click(hours.getByRole("button", { name: "Sun" }));
    await userEvent.clear(hours.getByLabelText("From"));
    await userEvent.type(hours.getByLabelText("From"), "21:30");
    await userEvent.clear(hours.getByLabelText("Time zone"));
    await userEvent.type(hours.getByLabelText("Time zone"), "Africa/Kampala");
    await userEvent.click(hours.getByLabelText("Not even critical problems are told"));
    expect(hours.getByText(/^Escalations and service levels still get through/)).toBeTruthy();
    await userEvent.click(dialog.getByRole("button", { name: "Add the channel" }));
    expect(api.bodyOf("POST /notification-channels")).toMatchObject({
      quiet_hours: { time_zone: "Africa/Kampala", weekdays: [0, 1, 2, 3, 4, 5], from_time: "21:30", to_time: "06:00", even_critical: true },
    });
  });

  it("stand in the row, and stay when something else is changed", async () => {
    const api = show("/notifications", QUIET);
    expect(await screen.findByText("Quiet Mon, Tue, Wed, Thu, Fri, 22:00 to 06:00 (Africa/Nairobi), even for critical ones")).toBeTruthy();
    const dialog = await opened("Change NOC hook");
    expect(dialog.getByLabelText<HTMLInputElement>("From").value).toBe("22:00");
    expect(dialog.getByLabelText<HTMLInputElement>("Not even critical problems are told").checked).toBe(true);
    await userEvent.click(dialog.getByLabelText("warning"));
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    expect(sent(api)).toEqual(NIGHT);
  });

  it("are taken away", async () => {
    const api = show("/notifications", QUIET);
    const dialog = await opened("Change NOC hook");
    await userEvent.click(dialog.getByLabelText("Leave it alone at some hours"));
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    expect(sent(api)).toBeNull();
  });

  it("show at each field what was refused of it", async () => {
    const faults = [
      { field: "quiet_hours.time_zone", message: "There is no such time zone" },
      { field: "quiet_hours.from_time", message: "Input should be in a valid time format, input is too short" },
      { field: "quiet_hours.weekdays", message: "List should have at least 1 item after validation, not 0" },
      { field: "quiet_hours", message: "It would be quiet for ever" },
    ];
    show("/notifications", { ...QUIET, "PATCH /notification-channels/c1": new Refusal(422, "INVALID_INPUT", faults) });
    const dialog = await opened("Change NOC hook");
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    expect(await dialog.findByLabelText("Time zone", { selector: "[aria-invalid]" })).toBeTruthy();
    expect(dialog.getByText("There is no such time zone")).toBeTruthy();
    expect(dialog.getByLabelText("From").getAttribute("aria-invalid")).toBe("true");
    expect(dialog.getByLabelText("To").getAttribute("aria-invalid")).toBeNull();
    expect(dialog.getAllByText("This is needed")).toHaveLength(2);
    expect(dialog.getByText("It would be quiet for ever")).toBeTruthy();
    expect(dialog.getByRole("alert").textContent).toBe("Please look at the fields that are marked.");
  });

  it("that let critical ones through say so", () => {
    expect(quietHoursInWords({ ...NIGHT, weekdays: [0, 1, 2, 3, 4, 5, 6], even_critical: false })).toBe(
      "Quiet every day, 22:00 to 06:00 (Africa/Nairobi), but for critical ones",
    );
  });
});

describe("the storm brake", () => {
  it("is set, and what is refused of it is said", async () => {
    const fault = { field: "most_a_minute", message: "Input should be greater than or equal to 1" };
    let most = 10;
    const api = show("/notifications", {
      "GET /notification-settings": () => ({ most_a_minute: most }),
      "PUT /notification-settings": ({ body }: { body: unknown }) => {
        most = (body as { most_a_minute: number }).most_a_minute;
        return most > 0 ? body : new Refusal(422, "INVALID_INPUT", [fault]);
      },
    });
    const field = await screen.findByLabelText<HTMLInputElement>("Messages a minute to a person at most");
    const save = screen.getByRole("button", { name: "Save the storm brake" });
    expect(field.value).toBe("10");
    await userEvent.clear(field);
    await userEvent.type(field, "0");
    await userEvent.click(save);
    expect(await screen.findByText("Input should be greater than or equal to 1")).toBeTruthy();
    expect(screen.queryByText("● Saved")).toBeNull();
    await userEvent.clear(field);
    await userEvent.type(field, "25");
    await userEvent.click(save);
    expect(await screen.findByText("● Saved")).toBeTruthy();
    expect(api.bodyOf("PUT /notification-settings")).toEqual({ most_a_minute: 25 });
  });

  it("is only read by who may not write", async () => {
    show("/notifications", { ...MOST, "GET /me": { ...ME, permissions: ["alert:read", "notification:read"] }, "GET /notification-channels": [CHANNEL] });
    expect(await screen.findByText(/^10 messages a minute to a person at most/)).toBeTruthy();
    for (const name of [/Change/, /Delete/, /Add/, /Save/]) expect(screen.queryByRole("button", { name })).toBeNull();
  });
});

describe("notifications", () => {
  it("say what is missing to who may not read them, and ask for nothing", async () => {
    const api = show("/notifications", { "GET /me": { ...ME, permissions: ["alert:read"] } });
    expect(await screen.findByRole("heading", { name: "Your role does not show notifications" })).toBeTruthy();
    expect(api.asked.filter(({ path }) => path.startsWith("/notification"))).toEqual([]);
  });
});
