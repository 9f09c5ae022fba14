// Looks at every screen and dialog, in a theme and at two sizes: axe, overflow, console.
import { axe, openTab, overflow, visit } from "./page.js";

const SIZES = [
  { width: 1280, height: 800 },
  { width: 360, height: 740 },
];
const dialogsOf = ({ device }) => [
  ["/rules", "Add a rule"],
  ["/rules", "Change CPU busy"],
  ["/notifications", "Add a channel"],
  ["/notifications", "Change First channel"],
  ["/people", "Invite somebody"],
  ["/people", "Make a key"],
  ["/reports", "Make a report"],
  ["/discovery", "Scan a network"],
  ["/maintenance", "Plan maintenance"],
  ["/silences", "Add a silence"],
  ["/rules", "Try CPU busy"],
  ["/on-call", "Add a schedule"],
  ["/on-call", "Let somebody stand in on Night shift"],
  ["/escalation", "Change Core"],
  ["/inhibition", "Change Critical first"],
  ["/service-levels", "Add a service level"],
  ["/roles", "Make a role"],
  ["/log-in", "Add a provider"],
  ["/log-in", "Make a token"],
  ["/discovery/schedules", "Schedule a scan"],
  ["/discovery/schedules", "Change Branch offices"],
  [`/devices/${device.id}?tab=rules`, "Change CPU busy for this device"],
];

/** Where every screen is. */
export const screens = ({ alert, device, incident }) => [
  "/",
  "/problems",
  `/alerts/${alert.id}`,
  "/devices",
  "/devices/new",
  `/devices/${device.id}`,
  ...["checks", "sensors", "rules", "neighbours", "polling"].map((tab) => `/devices/${device.id}?tab=${tab}`),
  "/checks",
  "/discovery",
  "/discovery/schedules",
  "/topology",
  "/pollers",
  "/incidents",
  `/incidents/${incident.id}`,
  "/silences",
  "/maintenance",
  "/explore",
  "/reports",
  "/rules",
  "/notifications",
  "/on-call",
  "/escalation",
  "/inhibition",
  "/service-levels",
  "/people",
  "/roles",
  "/log-in",
  "/audit",
  "/profile",
  "/start",
  "/nowhere",
];

/** What is wrong with the screens in one theme; in a tab of its own, so that themes share the time. */
export async function sweep(world, theme, paths) {
  const { page, complaints } = await openTab(world.page.context());
  await page.setViewportSize(SIZES[0]);
  await page.goto(world.url);
  await page.locator("header").waitFor();
  // the switch itself is one for all tabs
  await page.evaluate((chosen) => (document.documentElement.dataset.theme = chosen), theme);
  const faults = [];
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const path of paths) {
      await visit(page, path);
      const where = `${path} ${size.width} ${theme}`;
      faults.push(...(await axe(page)).map((found) => `${where} ${found}`));
      const over = await overflow(page);
      if (over > 0) faults.push(`${where} is ${over} px too wide`);
    }
  }
  await page.getByRole("button", { name: /^Menu/ }).click();
  faults.push(...(await axe(page)).map((found) => `the menu ${theme} ${found}`));
  await page.setViewportSize(SIZES[0]);
  faults.push(...(await dialogs(page, theme, dialogsOf(world))));
  faults.push(...complaints.map((complaint) => `${theme} console: ${complaint}`));
  await page.close();
  return faults;
}

/** The dialogs, each opened, looked at and closed. */
async function dialogs(page, theme, known) {
  const faults = [];
  for (const [path, button] of known) {
    await visit(page, path);
    await page.getByRole("button", { name: button }).first().click();
    await page.getByRole("dialog").waitFor();
    faults.push(...(await axe(page)).map((found) => `${button} ${theme} ${found}`));
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
  return faults;
}
