// Steps about what becomes of one device and of networks that are not watched yet.
import { expect, visit } from "./page.js";

export const DEVICE_STEPS = {
  "a network is scanned again and again, from tomorrow on": async ({ page, api }) => {
    await visit(page, "/discovery/schedules");
    await page.getByRole("button", { name: "Schedule a scan" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Branch offices");
    await dialog.getByLabel("Networks").fill("198.51.100.0/28");
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 16);
    await dialog.getByLabel("First at").fill(tomorrow);
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("198.51.100.0/28 every day").waitFor();
    await page.getByLabel("Branch offices is on").click();
    await page.getByText("(off)").waitFor();
    const [schedule] = await api("GET", "/discovery/schedules");
    expect(!schedule.enabled && schedule.scan.dry_run, "the schedule is not as it was set");
    await page.getByRole("link", { name: "Scans of Branch offices" }).click();
    await page.getByText("This schedule has begun no scan yet").waitFor();
  },

  "a rule has a limit of its own for one device": async ({ page, api, device }) => {
    await visit(page, `/devices/${device.id}?tab=rules`);
    await page.getByRole("button", { name: "Set CPU busy for this device" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Limit (%)").fill("97");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("Here: limit 97 %").waitFor();
    const [rule] = await api("GET", `/alert-rules?device_id=${device.id}&search=CPU+busy`);
    expect(rule.overrides[0]?.threshold === 97, `the API knows ${JSON.stringify(rule.overrides)}`);
  },
};
