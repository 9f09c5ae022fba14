// The steps, in the order in which a newcomer would go; each builds on the ones before.
import { randomBytes } from "node:crypto";
import { axe, expect, keys, openPage, settled, visit } from "./page.js";
import { ACCOUNT_STEPS } from "./account.js";
import { ALERTING_STEPS } from "./alerting.js";
import { DEVICE_STEPS } from "./devices.js";
import { DOOR_STEPS } from "./doors.js";
import { screens, sweep } from "./sweep.js";

const LIVE_MS = 90_000;

export async function api(world, method, path, body, token = world.token) {
  const answer = await fetch(`${world.url}/api/v1${path}`, {
    method,
    headers: { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const read = await answer.json().catch(() => null);
  expect(answer.ok, `${method} ${path} answered ${answer.status} ${JSON.stringify(read?.error ?? "")}`);
  return read?.data;
}

const fault = (world, state) =>
  fetch(`${world.told.network_url}/faults`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ device: world.told.device.name, state }),
  });

/** How many devices the wall counts with a status word. */
const count = (page, word, wanted) =>
  page
    .locator("main button", { hasText: word })
    .filter({ hasText: new RegExp(`${word}\\s*${wanted}$`) })
    .waitFor({ timeout: LIVE_MS });

export const STEPS = {
  "a stranger sees the log-in without a console error": async (world) => {
    const { page, complaints } = await openPage(world.browser);
    Object.assign(world, { page, complaints });
    const answer = await page.goto(world.url);
    expect((await answer.headerValue("content-security-policy"))?.includes("trusted-types"), "the policy is not in force");
    await page.getByRole("button", { name: "Log in", exact: true }).waitFor();
    expect(complaints.length === 0, complaints.join("; "));
    const found = await axe(page);
    expect(found.length === 0, found.join("; "));
  },

  "somebody founds an organisation and is led to the first device": async (world) => {
    const { page } = world;
    const name = randomBytes(5).toString("hex");
    world.login = { email: `noc-${name}@example.org`, password: `tall-${randomBytes(9).toString("hex")}-mast` };
    await page.getByRole("button", { name: /Create an organisation/ }).click();
    await page.getByLabel("Organisation").fill(`Masts ${name}`);
    await page.getByLabel("Your name").fill("Amina Otieno");
    await page.getByLabel("Email").fill(world.login.email);
    await page.getByLabel("Password").fill(world.login.password);
    await page.getByRole("button", { name: "Create organisation" }).click();
    await page.getByRole("link", { name: "Add a device" }).click();
    await page.getByRole("heading", { name: "Welcome to NetPulse" }).waitFor();
    world.token = (await api(world, "POST", "/auth/login", world.login)).access_token;
  },

  "the first device is live in less than a minute": async (world) => {
    const { page, told } = world;
    await page.getByLabel("Address").fill(told.device.address);
    await page.getByLabel("SNMP community").fill(told.device.community);
    await page.getByLabel("Name").fill(told.device.name);
    await page.getByRole("button", { name: "Add and watch it" }).click();
    await page.getByText("is on the list").waitFor();
    const [device] = await api(world, "GET", "/devices");
    world.device = device;
    const loopback = told.device.address.startsWith("127.");
    await api(world, "PATCH", `/devices/${device.id}`, {
      interval_seconds: 10,
      ...(loopback ? { availability_check: "snmp", snmp: { version: "2c", port: told.device.port } } : {}),
    });
    await page.locator("main").getByText("Online").waitFor({ timeout: 60_000 });
  },

  "a channel is added and its test shows what the provider said": async (world) => {
    const { page } = world;
    await page.getByRole("button", { name: /who is told/ }).click();
    await page.getByLabel("Addresses").fill("not an address");
    await page.getByRole("button", { name: "Add the channel" }).click();
    await page.getByText("not an email address").waitFor();
    // the browser itself notes each refusal; this one was asked for
    expect(/ 422 /.test(world.complaints.pop() ?? ""), "the refusal was not noted");
    await page.getByLabel("Addresses").fill(world.login.email);
    await page.getByRole("button", { name: "Add the channel" }).click();
    await page.getByRole("button", { name: /Send a test/ }).click();
    await page.getByText("Accepted").waitFor({ timeout: 60_000 });
    await page.getByText("The provider answered 202").waitFor();
    await page.getByRole("link", { name: "Open the wall" }).click();
    await count(page, "Online", 1);
  },

  ...ALERTING_STEPS,

  "its tile goes down by itself when it is silenced": async (world) => {
    await world.page.getByText("● Live").waitFor();
    await fault(world, "down");
    await count(world.page, "Offline", 1);
    await world.page.waitForFunction(() => document.title.startsWith("(1)"));
  },

  "a problem is found and acknowledged by keys": async (world) => {
    const { page } = world;
    await keys(page, "g p");
    await page.getByRole("heading", { name: "Problems (1)" }).waitFor();
    // who may acknowledge is known a moment after the list
    await page.getByRole("button", { name: /^Acknowledge/ }).first().waitFor();
    await keys(page, "a");
    await page.getByText("✓ Amina Otieno").waitFor({ timeout: LIVE_MS });
    [world.alert] = await api(world, "GET", "/alerts");
    expect(world.alert.acknowledged, "the API does not know of it");
  },

  "its timeline tells what happened and who was told": async (world) => {
    const { page } = world;
    await keys(page, "Enter");
    await page.waitForURL(/\/alerts\//);
    await page.getByText("First sign of it").waitFor();
    await page.getByText(/by Amina Otieno/).waitFor();
    await page.getByRole("heading", { name: "Promised: Gold" }).waitFor();
    await page.getByRole("meter", { name: /^Response/ }).waitFor();
    await page.getByText(/Kept$/).waitFor();
    await page.getByText(world.login.email).first().waitFor({ timeout: LIVE_MS });
  },

  "its tile comes back by itself when it is restored": async (world) => {
    const { page } = world;
    await keys(page, "g w");
    await fault(world, "up");
    await count(page, "Online", 1);
    await page.waitForFunction(() => !document.title.startsWith("("), null, { timeout: LIVE_MS });
  },

  "a tile opens its device and the chart keeps range and zoom in the address": async (world) => {
    const { page } = world;
    await page.locator("canvas").focus();
    await keys(page, "g w");
    await page.locator("canvas").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: world.told.device.name }).waitFor();
    const plot = page.locator(".u-over").first();
    await plot.waitFor({ timeout: LIVE_MS });
    await page.getByRole("button", { name: "15 min" }).click();
    await page.waitForURL(/range=15m/);
    const box = await plot.boundingBox();
    await page.mouse.move(box.x + box.width * 0.4, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.9, box.y + 60, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL(/from=/);
    await page.getByRole("button", { name: "Show all of it" }).click();
    await page.waitForURL((url) => !url.search.includes("from="));
  },

  "a report is made and comes in three formats": async (world) => {
    const { page } = world;
    await visit(page, "/reports");
    await page.getByRole("button", { name: "Make a report" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("The first week");
    await dialog.getByLabel("Period").selectOption("today");
    await dialog.getByRole("button", { name: "Make it" }).click();
    for (const [format, head] of [
      ["PDF", "%PDF"],
      ["CSV", ""],
      ["JSON", "{"],
    ]) {
      const button = page.getByRole("button", { name: `Download The first week as ${format}` });
      await button.waitFor({ timeout: LIVE_MS });
      const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
      const chunks = [];
      for await (const chunk of await download.createReadStream()) chunks.push(chunk);
      const body = Buffer.concat(chunks).toString("latin1");
      expect(body.length > 100 && body.startsWith(head), `${format} begins ${JSON.stringify(body.slice(0, 40))}`);
    }
  },

  "keys can be looked up and switched off": async (world) => {
    const { page } = world;
    await keys(page, "?");
    await page.getByRole("dialog").getByLabel("Single keys are commands").uncheck();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await keys(page, "g w");
    expect(page.url().endsWith("/reports"), `the key still worked: ${page.url()}`);
    await page.evaluate(() => localStorage.removeItem("netpulse-single-keys"));
    await keys(page, "/");
    await page.waitForURL(/\/devices$/);
    await page.waitForFunction(() => document.activeElement?.type === "search");
  },

  "who is on call, who is asked next, and what is checked is said in a minute": async (world) => {
    const { page, device } = world;
    page.on("dialog", (dialog) => void dialog.accept());
    const [channel] = await api(world, "GET", "/notification-channels");
    await visit(page, "/on-call");
    await page.getByRole("button", { name: "Add a schedule" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Night shift");
    await dialog.getByLabel("Who").fill("Amina Otieno");
    await dialog.getByLabel("Reached by").selectOption(channel.id);
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("is on call now").waitFor();
    await visit(page, "/escalation");
    await page.getByRole("button", { name: "Add a policy" }).first().click();
    await dialog.getByLabel("Name").fill("Core");
    await dialog.getByLabel("On call in Night shift").check();
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("whoever is on call in Night shift").waitFor();
    await visit(page, `/devices/${device.id}?tab=checks`);
    await page.getByRole("button", { name: "Add a check" }).click();
    await dialog.getByLabel("Name").fill("ssh port");
    await dialog.getByLabel("Kind").selectOption("tcp");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Change ssh port" }).waitFor();
    await visit(page, "/rules");
    await page.getByRole("button", { name: "Try CPU busy" }).click();
    await dialog.getByRole("button", { name: "What would it have sent?" }).click();
    await dialog.getByText(/Read: /).waitFor();
    await page.keyboard.press("Escape");
  },

  "an incident is acknowledged and said something about": async (world) => {
    const { page } = world;
    const [incident] = await api(world, "GET", "/incidents");
    world.incident = incident;
    await visit(page, `/incidents/${incident.id}`);
    await page.getByLabel("Say something").fill("The feeder was cut.");
    await page.getByRole("button", { name: "Comment", exact: true }).click();
    await page.getByText("The feeder was cut.").first().waitFor();
  },

  "any measurement is drawn, compared, and exported": async (world) => {
    const { page } = world;
    await visit(page, "/explore?range=1h");
    await page.locator(".u-over").waitFor();
    await page.getByLabel("Compared with").selectOption("1h");
    await page.waitForURL(/compare=1h/);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export as CSV" }).click(),
    ]);
    expect(download.suggestedFilename() === "icmp_rtt_avg_ms.csv", download.suggestedFilename());
  },

  ...DEVICE_STEPS,

  ...DOOR_STEPS,

  "axe finds nothing and nothing overflows on any screen, size and theme": async (world) => {
    const faults = await Promise.all(["dark", "light"].map((theme) => sweep(world, theme, screens(world))));
    expect(faults.flat().length === 0, faults.flat().join("\n"));
  },

  "the page works from localhost as it does from 127.0.0.1": async (world) => {
    const other = new URL(world.url);
    if (other.hostname !== "127.0.0.1") return;
    other.hostname = "localhost";
    const { page, context, complaints } = await openPage(world.browser);
    await page.goto(other.href);
    await page.getByLabel("Email").fill(world.login.email);
    await page.getByLabel("Password").fill(world.login.password);
    await page.getByRole("button", { name: "Log in", exact: true }).click();
    await page.getByText("● Live").waitFor();
    await count(page, "Online", 1);
    expect(complaints.length === 0, complaints.join("; "));
    await context.close();
  },

  ...ACCOUNT_STEPS,

  "nothing was complained of in the console": async (world) => {
    expect(world.complaints.length === 0, world.complaints.join("\n"));
  },

  "without a network the shell opens and says so": async (world) => {
    const { page } = world;
    await page.waitForFunction(async () => (await navigator.serviceWorker.getRegistrations()).length === 1);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.context().setOffline(true);
    await page.reload();
    await page.getByRole("heading", { name: /cannot be reached/ }).waitFor();
    await page.context().setOffline(false);
    await page.locator("header").first().waitFor();
    await settled(page);
  },
};
