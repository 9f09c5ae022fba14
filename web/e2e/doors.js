// Other ways in than a password: a passkey, made and used by the browser's own authenticator, and the
// organisation's identity provider.
import { randomBytes } from "node:crypto";
import { expect, openPage, visit } from "./page.js";

/** An authenticator that is always at hand and says yes. */
async function authenticator(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const options = {
    protocol: "ctap2",
    transport: "internal",
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  };
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", { options });
  return { keys: async () => (await session.send("WebAuthn.getCredentials", { authenticatorId })).credentials };
}

/** What the console complains of, but for refusals that were asked for: the browser notes each. */
const noted = (complaints) => complaints.filter((text) => !/status of 401\b/.test(text));

export const DOOR_STEPS = {
  "a passkey is made, and opens the second step": async (world) => {
    const url = new URL(world.url);
    // a page at an IP address can have no keys
    if (url.hostname === "127.0.0.1") url.hostname = "localhost";
    const name = randomBytes(5).toString("hex");
    const login = { email: `noc@keys-${name}.example.org`, password: `tall-${randomBytes(9).toString("hex")}-mast` };
    const { page, context, complaints } = await openPage(world.browser);
    const { keys } = await authenticator(page);
    await page.goto(url.href);
    await page.getByRole("button", { name: /Create an organisation/ }).click();
    await page.getByLabel("Organisation").fill(`Keys ${name}`);
    await page.getByLabel("Your name").fill("Amina Otieno");
    await page.getByLabel("Email").fill(login.email);
    await page.getByLabel("Password").fill(login.password);
    await page.getByRole("button", { name: "Create organisation" }).click();
    await page.getByRole("heading", { name: "Nothing is watched yet" }).waitFor();
    await visit(page, "/profile");
    const add = async () => {
      await page.getByRole("button", { name: "Add a key or passkey" }).click();
      await page.getByLabel("Your password", { exact: true }).fill(login.password);
      await page.getByRole("button", { name: "Make the key" }).click();
    };
    await add();
    await page.getByText("Keep these codes on paper").waitFor();
    await page.getByRole("button", { name: "I have kept them" }).click();
    await page.getByText("(key)").waitFor();
    const [made] = await keys();
    expect(made?.rpId === url.hostname, `the key is of ${made?.rpId}`);
    await add();
    await page.getByText("This key is added already").waitFor();
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByLabel("Email").fill(login.email);
    await page.getByLabel("Password").fill(login.password);
    await page.getByRole("button", { name: "Log in", exact: true }).click();
    await page.getByRole("button", { name: "Use your key or passkey" }).click();
    // whoever was on a screen comes back to it
    await page.locator("li", { hasText: /\(key\), used/ }).waitFor();
    const [used] = await keys();
    expect(used.signCount > made.signCount, "the key signed nothing");
    // the 401 asks for the second step
    expect(noted(complaints).length === 0, noted(complaints).join("; "));
    await context.close();
  },

  "the organisation's provider lets in whom it knows, and says when it does not": async (world) => {
    const { provider } = world.told;
    const shared = { issuer: provider.issuer, email_domains: [provider.email.split("@")[1]], default_role: "viewer" };
    const add = (more) => world.api("POST", "/identity-providers", { ...shared, ...more });
    await add({ name: "Masts staff", client_id: provider.client_id, client_secret: "s3cret-of-the-client" });
    await add({ name: "Masts guests", client_id: "unknown-there" });
    const { page, context, complaints } = await openPage(world.browser, { width: 360, height: 740 });
    const choose = async (name) => {
      await page.getByRole("button", { name: "Log in with your organisation" }).click();
      await page.getByLabel("Email").fill(provider.email);
      await page.getByRole("button", { name: "Go on to your provider" }).click();
      await page.getByRole("button", { name }).click();
    };
    await page.goto(world.url);
    await choose("Masts guests");
    await page.getByText("Your provider did not let you in").waitFor();
    await choose("Masts staff");
    await page.getByText("● Live").waitFor();
    await visit(page, "/profile");
    await page.getByText(provider.email).first().waitFor();
    expect(!page.url().includes("sso"), `the address keeps ${page.url()}`);
    // whoever was refused there has no session to come back to, and asks for it in vain
    expect(noted(complaints).length === 0, noted(complaints).join("; "));
    await context.close();
  },
};
