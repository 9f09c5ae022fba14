// What is promised, what keeps what quiet, and how messages are gathered.
import { expect, visit } from "./page.js";

export const ALERTING_STEPS = {
  "what is promised of which problems is said with its times": async ({ page }) => {
    await visit(page, "/service-levels");
    await page.getByText("Nothing is promised yet").waitFor();
    await page.getByRole("button", { name: "Add a service level" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Gold");
    await dialog.getByLabel("Problems with").fill("severity = critical");
    await dialog.getByLabel("Restoration within", { exact: true }).fill("2");
    await dialog.getByLabel("Restoration within: unit").selectOption("hours");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("Response within 15 min, restoration within 2 h").waitFor();
  },

  "what keeps what quiet is refused at its fields, and then said as a sentence": async (world) => {
    const { page } = world;
    await visit(page, "/inhibition");
    await page.getByRole("button", { name: "Add an inhibition rule" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("This is needed").first().waitFor();
    // the browser itself notes each refusal; this one was asked for
    expect(/ 422 /.test(world.complaints.pop() ?? ""), "the refusal was not noted");
    await dialog.getByLabel("Name").fill("Critical first");
    await dialog.getByLabel("While a problem is open with").fill("severity = critical");
    await dialog.getByLabel("Nobody is told of problems with").fill("severity = warning");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText(/nobody is told of problems with severity = warning that have the same device/).waitFor();
    // it shows what is wanted a moment after the click, so what follows is waited for
    await page.getByLabel("Critical first is on").click();
    await page.getByText("(off)").waitFor();
    await page.getByLabel("Critical first is on").click();
    await page.getByText("(off)").waitFor({ state: "detached" });
  },

  "what goes together in a message, and how many there are at most, is changed": async ({ page }) => {
    await visit(page, "/notifications");
    await page.getByRole("button", { name: "Change First channel" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Go together").selectOption("device");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText(/^Together by device: waits 30 s/).waitFor();
    await page.getByLabel("Messages a minute to a person at most").fill("20");
    await page.getByRole("button", { name: "Save the storm brake" }).click();
    await page.getByText("● Saved").waitFor();
    await visit(page, "/");
  },
};
