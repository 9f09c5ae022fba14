// The ways in and back in: a forgotten password, a second factor that the organisation asks for,
// a code from paper, the provider's door. In an organisation of its own, for it locks people out.
import { createHmac, randomBytes } from "node:crypto";
import { axe, expect, openPage, overflow } from "./page.js";

const MAIL_MS = 90_000;
const WIDTHS = [360, 1280];

/** What axe and the eye would find on the screen, in both themes and at both widths. */
async function look(page, name, faults) {
  for (const theme of ["dark", "light"]) {
    await page.evaluate((chosen) => (document.documentElement.dataset.theme = chosen), theme);
    faults.push(...(await axe(page)).map((found) => `${name} ${theme} ${found}`));
  }
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    const over = await overflow(page);
    if (over > 0) faults.push(`${name} is ${over} px too wide at ${width}`);
  }
}

/** The code of an authenticator app now (RFC 6238). */
function codeOf(secret) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replaceAll(/[^A-Z2-7]/g, "")].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac("sha1", key).update(counter).digest();
  const at = hash[hash.length - 1] & 15;
  return String((hash.readUInt32BE(at) & 0x7fff_ffff) % 1_000_000).padStart(6, "0");
}

async function linkMailedTo(world, email) {
  const until = Date.now() + MAIL_MS;
  while (Date.now() < until) {
    const query = new URLSearchParams({ channel: "email", to: email });
    const mails = await (await fetch(`${world.told.sandbox_url}/messages?${query}`)).json();
    const found = mails.map(({ body }) => /\/reset-password#\S+/.exec(body)?.[0]).find(Boolean);
    if (found) return found.replace(/[^\w#/.~-].*$/, "");
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error("no mail with a link came");
}

async function logIn(page, { email, password }) {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
}

export const ACCOUNT_STEPS = {
  "a forgotten password is set anew with the link from the mail": async (world) => {
    const name = randomBytes(5).toString("hex");
    const login = { email: `noc@lost-${name}.example.org`, password: `tall-${randomBytes(9).toString("hex")}-mast` };
    const made = await fetch(`${world.url}/api/v1/auth/register`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...login, full_name: "Baraka Mwangi", organization_name: `Lost ${name}` }),
    });
    expect(made.ok, `registering answered ${made.status}`);
    const { page, context } = await openPage(world.browser, { width: 360, height: 740 });
    const faults = [];
    await page.goto(world.url);
    await page.getByRole("button", { name: "Forgot the password?" }).click();
    await look(page, "forgotten password", faults);
    await page.getByLabel("Email").fill(login.email);
    await page.getByRole("button", { name: "Send me a link" }).click();
    await page.getByText("If that address is known here").waitFor();
    login.password = `new-${randomBytes(9).toString("hex")}-mast`;
    await page.goto(`${world.url}${await linkMailedTo(world, login.email)}`);
    await page.getByLabel("New password").fill(login.password);
    await look(page, "new password", faults);
    await page.getByRole("button", { name: "Set the password" }).click();
    await page.getByText("The password is set").waitFor();
    expect(faults.length === 0, faults.join("\n"));
    Object.assign(world, { lost: { page, context, login } });
  },

  "who needs a second factor is led to setting one up": async (world) => {
    const { page, login } = world.lost;
    const faults = [];
    const { access_token } = await world.api("POST", "/auth/login", login);
    await world.api("PATCH", "/organizations/current", { requires_second_factor: true }, access_token);
    await logIn(page, login);
    await page.getByRole("heading", { name: "One thing before you go on" }).waitFor();
    await look(page, "enrolment", faults);
    await page.getByRole("button", { name: "Add an authenticator app" }).click();
    await page.getByLabel("Your password").fill(login.password);
    await page.getByRole("button", { name: "Go on", exact: true }).click();
    await page.getByRole("img", { name: "Code for the authenticator app" }).waitFor();
    await look(page, "authenticator app", faults);
    const secret = await page.locator("code").innerText();
    await page.getByLabel("Code that the app shows").fill(codeOf(secret));
    await page.getByRole("button", { name: "It works: use it" }).click();
    await page.getByText("Keep these codes on paper").waitFor();
    await look(page, "recovery codes", faults);
    world.lost.paper = await page.locator("ul.font-mono li").first().innerText();
    await page.getByRole("button", { name: "I have kept them" }).click();
    await page.getByRole("heading", { name: "Nothing is watched yet" }).waitFor();
    expect(faults.length === 0, faults.join("\n"));
  },

  "a code from paper opens the second step": async (world) => {
    const { page, context, login, paper } = world.lost;
    const faults = [];
    await page.getByRole("button", { name: "Log out" }).click();
    await logIn(page, login);
    await page.getByRole("heading", { name: "One more step" }).waitFor();
    await look(page, "second step", faults);
    await page.getByRole("button", { name: /use a recovery code/ }).click();
    await page.getByLabel("Recovery code").fill(paper);
    await look(page, "recovery code", faults);
    await page.getByRole("button", { name: "Go on", exact: true }).click();
    await page.getByRole("heading", { name: "Nothing is watched yet" }).waitFor();
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByRole("button", { name: "Log in with your organisation" }).click();
    await look(page, "provider's door", faults);
    await page.getByLabel("Email").fill(login.email);
    await page.getByRole("button", { name: "Go on to your provider" }).click();
    await page.getByText("No provider is known for that address").waitFor();
    await context.close();
    expect(faults.length === 0, faults.join("\n"));
  },
};
