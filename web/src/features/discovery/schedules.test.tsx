import { cleanup, fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { instant } from "../../lib/time";
import { Refusal } from "../../testing/fake-api";
import { ME, show } from "../../testing/screen";
import { everyInWords } from "./schedule";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const inDialog = async () => within(await screen.findByRole("dialog"));
const SCHEDULE = {
  ...{ id: "s1", name: "Branch offices", every_hours: 24, enabled: true, next_at: "2026-11-24T02:00:00Z" },
  ...{ last_started_at: null, last_error: "", created_by: "u1" },
  scan: {
    ...{ networks: ["198.51.100.0/24"], neighbours: false, credential_ids: ["k1"], protocols: ["icmp"] },
    ...{ packets_per_second: 33, snmp_port: 1161, dry_run: true },
  },
};
const PATH = "/discovery/schedules";

describe("scheduled scans", () => {
  it("offer the first one where there is none, and set it up with what was typed", async () => {
    const api = show(PATH, { "GET /discovery/schedules": [], "POST /discovery/schedules": SCHEDULE });
    expect(await screen.findByText("No scan is scheduled")).toBeTruthy();
    await userEvent.click(screen.getAllByRole("button", { name: "Schedule a scan" })[0] as HTMLElement);
    const dialog = await inDialog();
    await userEvent.type(dialog.getByLabelText("Name"), "Branch offices");
    await userEvent.selectOptions(dialog.getByLabelText("Repeat"), "every week");
    await userEvent.type(dialog.getByLabelText("Networks"), "198.51.100.0/24, 192.0.2.7");
    await userEvent.click(dialog.getByLabelText("Add what is new by itself"));
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    await vi.waitFor(() =>
      expect(api.bodyOf("POST /discovery/schedules")).toEqual({
        ...{ name: "Branch offices", every_hours: 168 },
        scan: { networks: ["198.51.100.0/24", "192.0.2.7"], neighbours: false, credential_ids: [], dry_run: false },
      }),
    );
  });

  it("show what was refused at its field, of the schedule and of the scan in it", async () => {
    show(PATH, {
      "GET /discovery/schedules": [],
      "POST /discovery/schedules": new Refusal(422, "INVALID_INPUT", [
        { field: "name", message: "Too long" },
        { field: "scan.networks.0", message: "Not a network" },
      ]),
    });
    await userEvent.click((await screen.findAllByRole("button", { name: "Schedule a scan" }))[0] as HTMLElement);
    const dialog = await inDialog();
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    const marked = async (label: string, message: string) => {
      const note = await dialog.findByText(message);
      const field = dialog.getByLabelText(label);
      expect([field.getAttribute("aria-describedby"), field.getAttribute("aria-invalid")]).toEqual([note.id, "true"]);
    };
    await marked("Name", "Too long");
    await marked("Networks", "Not a network");
    expect(dialog.getByRole("alert").textContent).toContain("fields that are marked");
  });

  it("keep a community that was typed once, however often the rest is refused", async () => {
    let times = 0;
    const api = show(PATH, {
      "GET /discovery/schedules": [],
      "GET /credentials": [{ id: "k0", name: "Scan of 192.0.2.7", kind: "snmp_v2c" }],
      "POST /credentials": { id: "k9" },
      "POST /discovery/schedules": () => (++times === 1 ? new Refusal(422, "INVALID_INPUT", [{ field: "name", message: "Too long" }]) : SCHEDULE),
    });
    await userEvent.click((await screen.findAllByRole("button", { name: "Schedule a scan" }))[0] as HTMLElement);
    const dialog = await inDialog();
    await userEvent.type(dialog.getByLabelText("Networks"), "192.0.2.7");
    await userEvent.type(dialog.getByLabelText("SNMP community to try"), "tall-mast");
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    await dialog.findByText("Too long");
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(api.asked.filter(({ method, path }) => `${method} ${path}` === "POST /credentials").map(({ body }) => body)).toEqual([
      { name: "Scan of 192.0.2.7 (2)", kind: "snmp_v2c", secret: { community: "tall-mast" } },
    ]);
    expect(api.bodyOf("POST /discovery/schedules")).toMatchObject({ scan: { credential_ids: ["k9"] } });
  });

  it("are changed without losing what the form does not show", async () => {
    const api = show(PATH, {
      "GET /discovery/schedules": [SCHEDULE],
      "GET /credentials": [{ id: "k1", name: "public", kind: "snmp_v2c" }],
      "PATCH /discovery/schedules/s1": SCHEDULE,
    });
    await userEvent.click(await screen.findByRole("button", { name: "Change Branch offices" }));
    const dialog = await inDialog();
    expect((await dialog.findByLabelText<HTMLInputElement>("public")).checked).toBe(true);
    expect(dialog.queryByLabelText("First at")).toBeNull();
    await userEvent.type(dialog.getByLabelText("Networks"), "\n192.0.2.7");
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    await vi.waitFor(() =>
      expect(api.bodyOf("PATCH /discovery/schedules/s1")).toEqual({
        ...{ name: "Branch offices", every_hours: 24 },
        scan: { ...SCHEDULE.scan, networks: ["198.51.100.0/24", "192.0.2.7"] },
      }),
    );
  });

  it("tell why a turn was left out, are paused, and are deleted after one more question", async () => {
    vi.stubGlobal("confirm", (question: string) => question.includes("The scans it began stay"));
    const failed = { ...SCHEDULE, last_error: "The scan before is still under way" };
    const api = show(PATH, { "GET /discovery/schedules": [failed], "PATCH /discovery/schedules/s1": failed, "DELETE /discovery/schedules/s1": null });
    expect(await screen.findByText(/The last turn was left out: The scan before is still under way/)).toBeTruthy();
    expect(screen.getByText(/No scan yet/).textContent).toContain(`Next ${instant(SCHEDULE.next_at)}`);
    await userEvent.click(await screen.findByRole("checkbox"));
    await vi.waitFor(() => expect(api.bodyOf("PATCH /discovery/schedules/s1")).toEqual({ enabled: false }));
    await userEvent.click(screen.getByRole("button", { name: "Delete Branch offices" }));
    await vi.waitFor(() => expect(api.asked.some(({ method, path }) => method === "DELETE" && path === "/discovery/schedules/s1")).toBe(true));
  });

  it("show at once how they are switched, and as they were when that is refused", async () => {
    show(PATH, { "GET /discovery/schedules": [SCHEDULE], "PATCH /discovery/schedules/s1": new Refusal(409, "CONFLICT") });
    const box = await screen.findByRole<HTMLInputElement>("checkbox");
    fireEvent.click(box);
    expect(box.checked).toBe(false);
    expect(await screen.findByRole("alert")).toBeTruthy();
    await vi.waitFor(() => expect(box.checked).toBe(true));
  });

  it("lead to what each has begun", async () => {
    const api = show(PATH, { "GET /discovery/schedules": [SCHEDULE], "GET /discovery/scans": [] });
    await userEvent.click(await screen.findByRole("link", { name: "Scans of Branch offices" }));
    expect(await screen.findByText("This schedule has begun no scan yet")).toBeTruthy();
    expect(api.asked.findLast(({ path }) => path === "/discovery/scans")?.query.get("schedule_id")).toBe("s1");
  });

  it("offer nothing to who may only look", async () => {
    show(PATH, { "GET /me": { ...ME, permissions: ["device:read"] }, "GET /discovery/schedules": [SCHEDULE] });
    expect(await screen.findByText("Branch offices")).toBeTruthy();
    expect(within(screen.getByRole("main")).queryByRole("button")).toBeNull();
    expect(screen.queryByRole("checkbox")).toBeNull();
  });
});

describe("how often", () => {
  it.each([
    [1, "every hour"],
    [6, "every 6 hours"],
    [24, "every day"],
    [48, "every 2 days"],
    [168, "every week"],
    [30, "every 30 hours"],
  ])("%d hours are %s", (hours, words) => expect(everyInWords(hours)).toBe(words));
});
