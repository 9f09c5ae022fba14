import { cleanup, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it } from "vitest";
import { Refusal } from "../../testing/fake-api";
import { ME, show } from "../../testing/screen";
import { groupingInWords } from "./grouping";

afterEach(cleanup);

const GROUPING = { group_by: ["device_type", "severity"], group_wait_seconds: 0, group_interval_seconds: 600, repeat_interval_seconds: 86_400 };
const CHANNEL = {
  ...{ id: "c1", name: "NOC hook", kind: "webhook", config: { url: "https://example.org/hook", has_secret: true }, severities: ["critical"] },
  ...{ enabled: true, grouping: GROUPING, critical_at_once: false },
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
      ...{ grouping: GROUPING, critical_at_once: false },
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
