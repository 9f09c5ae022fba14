import { cleanup, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Refusal } from "../testing/fake-api";
import { ME, show } from "../testing/screen";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const saysYes = () => vi.stubGlobal("confirm", () => true);
const inDialog = async () => within(await screen.findByRole("dialog"));
const SCOPE = { device_ids: [], group_ids: [], tags: [], device_types: [] };
const CHANNEL = { id: "c1", name: "NOC mail", kind: "email", config: { to: ["noc@example.org"] }, severities: ["critical"], enabled: true };

describe("who must set up a second factor", () => {
  const factors = { factors: [], recovery_codes_left: 0 };
  it("is led there and nowhere else", async () => {
    show("/rules", { "GET /me": { ...ME, must_enroll: true }, "GET /me/second-factors": factors });
    expect(await screen.findByRole("heading", { name: "One thing before you go on" })).toBeTruthy();
    expect(screen.queryByRole("navigation")).toBeNull();
  });

  it("keeps the recovery codes before going on", async () => {
    let hasOne = false;
    show("/", {
      "GET /me": () => ({ ...ME, must_enroll: !hasOne }),
      "GET /me/second-factors": factors,
      "POST /me/second-factors/totp": { id: "f1", secret: "ABCD", otpauth_uri: "otpauth://totp/x?secret=ABCD" },
      "POST /me/second-factors/totp/f1/confirm": () => {
        hasOne = true;
        return { recovery_codes: ["able-bravo"] };
      },
    });
    await userEvent.click(await screen.findByRole("button", { name: "Add an authenticator app" }));
    await userEvent.type(screen.getByLabelText("Your password"), "tall-mast-in-the-fog");
    await userEvent.click(screen.getByRole("button", { name: "Go on" }));
    await userEvent.type(await screen.findByLabelText("Code that the app shows"), "123456");
    await userEvent.click(screen.getByRole("button", { name: "It works: use it" }));
    expect(await screen.findByText("able-bravo")).toBeTruthy();
    expect(screen.queryByRole("navigation")).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "I have kept them" }));
    expect(await screen.findByRole("navigation", { name: "Main" })).toBeTruthy();
  });
});

describe("incidents", () => {
  const INCIDENT = {
    ...{ id: "i1", title: "mast-rtr-01 is down", state: "open", severity: "critical", reason: "root_down", root_device_id: "d1" },
    ...{ root_name: "mast-rtr-01", root_ip_address: "198.51.100.7", affected: 4, most_affected: 6, alerts: 5, seq: 1 },
    ...{ began_at: "2026-11-23T13:00:00Z", resolved_at: null, merged_into: null, created_at: "2026-11-23T13:00:00Z" },
    ...{ acknowledged: false, acknowledged_at: null, acknowledged_by_name: "", acknowledge_note: "", assigned_to: null, assigned_to_name: "" },
  };
  it("say in words what went down with the root", async () => {
    show("/incidents", { "GET /incidents": [INCIDENT] });
    expect(await screen.findByText(/with 4 more devices \(6 at most\)/)).toBeTruthy();
  });

  it("are acknowledged and given to somebody as a whole", async () => {
    const api = show("/incidents/i1", { "GET /incidents/i1": INCIDENT, "GET /users": [{ id: "u2", full_name: "Baraka Mwangi", is_active: true }] });
    await userEvent.click(await screen.findByRole("button", { name: "Acknowledge" }));
    expect(api.bodyOf("POST /incidents/i1/acknowledge")).toEqual({ note: "" });
    await screen.findByRole("option", { name: "Baraka Mwangi" });
    await userEvent.selectOptions(screen.getByLabelText("Assigned to"), "u2");
    expect(api.bodyOf("POST /incidents/i1/assign")).toEqual({ user_id: "u2", note: "" });
  });

  it("are looked for by name and state", async () => {
    const api = show("/incidents", { "GET /incidents": [] });
    await userEvent.selectOptions(await screen.findByLabelText("State"), "open");
    expect(await screen.findByRole("heading", { name: "No incident is like that" })).toBeTruthy();
    expect(api.asked.at(-1)?.query.get("state")).toBe("open");
  });
});

describe("alert rules", () => {
  it("of a kind are written with its own parts only", async () => {
    const api = show("/rules", { "GET /alert-rules": [], "POST /alert-rules": {} });
    await userEvent.click(await screen.findByRole("button", { name: "Add a rule" }));
    const dialog = await inDialog();
    await userEvent.type(dialog.getByLabelText("Name"), "Disk fills");
    await userEvent.selectOptions(dialog.getByLabelText("Trouble is when"), "forecast");
    await userEvent.selectOptions(dialog.getByLabelText("What is measured"), "disk_usage");
    await userEvent.type(dialog.getByLabelText("Limit (%)"), "97");
    expect(dialog.queryByLabelText("Clears at (%)")).toBeNull();
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    expect(api.bodyOf("POST /alert-rules")).toEqual({
      ...{ kind: "forecast", name: "Disk fills", severity: "warning", metric: "disk_usage", entity: "*" },
      ...{ comparison: ">", threshold: 97, window_seconds: 604_800, scope: SCOPE },
    });
  });

  it("are tried on the past before they are saved", async () => {
    const trial = { devices: 3, series: 3, values: 4_000, devices_left_out: 0, opened: 2, resolved: 2, notifications: 8, alerts: [] };
    const api = show("/rules", { "GET /alert-rules": [], "POST /alert-rules/dry-run": trial });
    await userEvent.click(await screen.findByRole("button", { name: "Add a rule" }));
    const dialog = await inDialog();
    await userEvent.type(dialog.getByLabelText("Name"), "Slow");
    await userEvent.type(dialog.getByLabelText("Limit (ms)"), "150");
    await userEvent.click(dialog.getByRole("button", { name: "What would it have sent?" }));
    expect(await dialog.findByText("2 problems, 8 messages.")).toBeTruthy();
    expect(api.bodyOf("POST /alert-rules/dry-run")).toMatchObject({ days: 7, rule: { name: "Slow", threshold: 150 } });
    expect(api.bodyOf("POST /alert-rules")).toBeUndefined();
  });
});

describe("on call", () => {
  const SCHEDULE = {
    ...{ id: "s1", name: "Night shift", time_zone: "Africa/Nairobi", overrides: [] },
    layers: [{ members: [{ name: "Amina", user_id: null, channel_ids: ["c1"] }], starts_at: "2026-11-16T09:00:00", turn_days: 7, weekdays: [] }],
    on_call: null,
  };
  it("says so when nobody is", async () => {
    show("/on-call", { "GET /on-call-schedules": [SCHEDULE], "GET /on-call-schedules/s1/on-call": { shifts: [] } });
    expect(await screen.findByText("▲ Nobody is on call now")).toBeTruthy();
  });

  it("shows what is wrong with which member of a new schedule", async () => {
    const fault = { field: "layers.0.members.0.channel_ids", message: "No channel reaches them" };
    show("/on-call", {
      "GET /on-call-schedules": [],
      "GET /notification-channels": [CHANNEL],
      "POST /on-call-schedules": new Refusal(422, "INVALID_INPUT", [fault]),
    });
    await userEvent.click((await screen.findAllByRole("button", { name: "Add a schedule" }))[0] as HTMLElement);
    const dialog = await inDialog();
    await userEvent.type(dialog.getByLabelText("Name"), "Night shift");
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    expect(await dialog.findByText("No channel reaches them")).toBeTruthy();
  });
});

describe("an escalation policy", () => {
  it("is written as matchers and steps", async () => {
    const api = show("/escalation", { "GET /escalation-policies": [], "GET /notification-channels": [CHANNEL], "POST /escalation-policies": {} });
    await userEvent.click((await screen.findAllByRole("button", { name: "Add a policy" }))[0] as HTMLElement);
    const dialog = await inDialog();
    await userEvent.type(dialog.getByLabelText("Name"), "Core");
    await userEvent.type(dialog.getByLabelText("Problems with"), "severity = critical");
    await userEvent.click(await dialog.findByLabelText("NOC mail"));
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    expect(api.bodyOf("POST /escalation-policies")).toEqual({
      ...{ name: "Core", priority: 100, repeats: 0, enabled: true },
      matchers: [{ name: "severity", op: "=", value: "critical" }],
      steps: [{ after_seconds: 0, channel_ids: ["c1"], schedule_ids: [] }],
    });
  });
});

describe("checks of a device", () => {
  it("are added with what their kind asks", async () => {
    const api = show("/devices/d1?tab=checks", {
      "GET /devices/d1": { id: "d1", name: "ups", device_type: "ups", status: "online", interval_seconds: 60 },
      "POST /devices/d1/checks": {},
    });
    await userEvent.click(await screen.findByRole("button", { name: "Add a check" }));
    const dialog = await inDialog();
    await userEvent.type(dialog.getByLabelText("Name"), "https");
    await userEvent.selectOptions(dialog.getByLabelText("Kind"), "tcp");
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    expect(api.bodyOf("POST /devices/d1/checks")).toEqual({
      ...{ name: "https", enabled: true, interval_seconds: 60, timeout_seconds: 10, credential_id: null, tcp: { port: 443 } },
    });
  });
});

describe("roles", () => {
  it("of one's own are made of permissions that one has", async () => {
    const permissions = ["device:read", "alert:read", "metrics:read", "user:read", "user:write"];
    const api = show("/roles", { "GET /me": { ...ME, permissions }, "GET /roles": [], "POST /roles": {} });
    await userEvent.click(await screen.findByRole("button", { name: "Make a role" }));
    const dialog = await inDialog();
    expect(dialog.queryByLabelText("Read the audit log")).toBeNull();
    await userEvent.type(dialog.getByLabelText("Name"), "Technician");
    await userEvent.click(dialog.getByLabelText("Read measurements"));
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    expect(api.bodyOf("POST /roles")).toEqual({ name: "Technician", description: "", permissions: ["device:read", "alert:read"] });
  });
});

describe("ways to log in", () => {
  it("leave a provider's secret as it is unless a new one is given", async () => {
    const provider = {
      ...{ id: "p1", name: "Entra ID", issuer: "https://login.example.org", client_id: "np", has_client_secret: true, group_roles: [] },
      ...{ scopes: "openid", group_claim: "groups", default_role: "viewer", email_domains: ["example.org"], enabled: true, enforced: false },
      redirect_uri: "https://noc.example.org/cb",
    };
    const api = show("/log-in", { "GET /identity-providers": [provider] });
    await userEvent.click(await screen.findByRole("button", { name: "Change Entra ID" }));
    await userEvent.click((await inDialog()).getByRole("button", { name: "Save" }));
    expect(Object.keys(api.bodyOf("PATCH /identity-providers/p1") as object)).not.toContain("client_secret");
  });

  it("ask once more before everybody needs a second factor", async () => {
    saysYes();
    const api = show("/log-in", {});
    await userEvent.click(await screen.findByLabelText("Everybody in Masts needs a second factor"));
    expect(api.bodyOf("PATCH /organizations/current")).toEqual({ requires_second_factor: true });
  });
});

describe("the audit log", () => {
  it("says who did what, and what was before and after", async () => {
    const entry = {
      ...{ id: 1, occurred_at: "2026-11-23T13:00:00Z", actor_kind: "user", actor_id: "u1", actor_name: "Amina", source_ip: "203.0.113.9" },
      ...{ request_id: "r", action: "device.updated", target_type: "device", target_id: "d1", target_name: "mast-rtr-01" },
      ...{ before: { interval_seconds: 60 }, after: { interval_seconds: 30 } },
    };
    show("/audit", { "GET /audit-log": [entry] });
    const line = (await screen.findByText("Amina")).parentElement;
    expect(line?.textContent).toBe("Amina changed device mast-rtr-01");
    expect(screen.getByText("60").tagName).toBe("DEL");
    expect(screen.getByText("30").tagName).toBe("INS");
  });
});

describe("silences", () => {
  it("are not sent while a line is no matcher", async () => {
    const api = show("/silences", { "GET /silences": [] });
    await userEvent.click(await screen.findByRole("button", { name: "Add a silence" }));
    const dialog = await inDialog();
    await userEvent.type(dialog.getByLabelText("Alerts with"), "everything please");
    await userEvent.click(dialog.getByRole("button", { name: "Silence it" }));
    expect(dialog.getByText("“everything please” is no label, sign and value.")).toBeTruthy();
    expect(api.bodyOf("POST /silences")).toBeUndefined();
  });
});

describe("a list", () => {
  it("says what went wrong and asks again", async () => {
    let isBroken = true;
    show("/silences", { "GET /silences": () => (isBroken ? new Refusal(403, "INSUFFICIENT_PERMISSIONS") : []) });
    expect((await screen.findByRole("alert")).textContent).toContain("INSUFFICIENT_PERMISSIONS");
    isBroken = false;
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("heading", { name: "Nothing is silenced" })).toBeTruthy();
  });
});
