import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it } from "vitest";
import { ApiError, type Session } from "../../api/session";
import { Login } from "./login";

afterEach(() => {
  cleanup();
  history.replaceState(null, "", "/");
});

const fails = (error: ApiError) => () => Promise.reject(error);
const CHALLENGE = new ApiError(401, "SECOND_FACTOR_NEEDED", "One more step", { challenge: "c1", kinds: ["totp"], passkey_options: null });

/** The log-in with a session that does what is given, and notes what it was asked to do. */
function shown(acts: Partial<Record<keyof Session, (...given: never[]) => unknown>>) {
  const done: [string, unknown[]][] = [];
  const noted = Object.fromEntries(
    Object.entries(acts).map(([name, act]) => [
      name,
      (...given: unknown[]) => {
        done.push([name, given]);
        return (act as (...all: unknown[]) => unknown)(...given);
      },
    ]),
  );
  render(<Login session={noted as unknown as Session} />);
  return done;
}

async function logIn() {
  await userEvent.type(screen.getByLabelText("Email"), "noc@example.org");
  await userEvent.type(screen.getByLabelText("Password"), "tall-mast-in-the-fog");
  await userEvent.click(screen.getByRole("button", { name: "Log in" }));
}

describe("the log-in", () => {
  it("says what the server says of a wrong password", async () => {
    shown({ logIn: fails(new ApiError(401, "INVALID_CREDENTIALS", "Email or password is wrong")) });
    await logIn();
    expect((await screen.findByRole("alert")).textContent).toBe("Email or password is wrong");
  });

  it("says that the server cannot be reached where nothing answers", async () => {
    shown({ logIn: () => Promise.reject(new TypeError("Failed to fetch")) });
    await logIn();
    expect((await screen.findByRole("alert")).textContent).toContain("could not be reached");
  });

  it("asks for a code where there is a second factor, and takes it with spaces", async () => {
    const done = shown({ logIn: fails(CHALLENGE), proveSecondFactor: () => Promise.resolve() });
    await logIn();
    await userEvent.type(await screen.findByLabelText("Code of your authenticator app"), "123 456");
    await userEvent.click(screen.getByRole("button", { name: "Go on" }));
    expect(done.at(-1)).toEqual(["proveSecondFactor", [{ challenge: "c1", code: "123456" }]]);
  });

  it("takes a code from paper instead", async () => {
    const done = shown({ logIn: fails(CHALLENGE), proveSecondFactor: () => Promise.resolve() });
    await logIn();
    await userEvent.click(await screen.findByRole("button", { name: /recovery code/ }));
    await userEvent.type(screen.getByLabelText("Recovery code"), "able-bravo-charlie");
    await userEvent.click(screen.getByRole("button", { name: "Go on" }));
    expect(done.at(-1)).toEqual(["proveSecondFactor", [{ challenge: "c1", recovery_code: "able-bravo-charlie" }]]);
  });

  it("asks for the password again when a challenge took too many answers", async () => {
    shown({ logIn: fails(CHALLENGE), proveSecondFactor: fails(new ApiError(429, "RATE_LIMIT_EXCEEDED", "Too many tries")) });
    await logIn();
    await userEvent.type(await screen.findByLabelText("Code of your authenticator app"), "000000");
    await userEvent.click(screen.getByRole("button", { name: "Go on" }));
    expect((await screen.findByRole("alert")).textContent).toBe("Too many tries");
    expect(screen.getByLabelText("Password")).toBeTruthy();
  });

  it("says only that a link is on its way to a forgotten password", async () => {
    const done = shown({ askForReset: () => Promise.resolve() });
    await userEvent.click(screen.getByRole("button", { name: "Forgot the password?" }));
    await userEvent.type(screen.getByLabelText("Email"), "noc@example.org");
    await userEvent.click(screen.getByRole("button", { name: "Send me a link" }));
    expect((await screen.findByRole("status")).textContent).toContain("If that address is known here");
    expect(done).toEqual([["askForReset", ["noc@example.org"]]]);
  });

  it("sets a new password with the link from the mail and forgets the link", async () => {
    history.replaceState(null, "", "/reset-password#token-1");
    const done = shown({ resetPassword: () => Promise.resolve() });
    await userEvent.type(screen.getByLabelText("New password"), "tall-mast-in-the-fog");
    await userEvent.click(screen.getByRole("button", { name: "Set the password" }));
    expect((await screen.findByRole("status")).textContent).toContain("The password is set");
    expect(done).toEqual([["resetPassword", ["token-1", "tall-mast-in-the-fog"]]]);
    expect(location.hash).toBe("");
  });

  it("leads to the provider where the organisation wants that, and lets one of several be chosen", async () => {
    const choices = [
      { id: "p1", name: "Entra ID" },
      { id: "p2", name: "Okta" },
    ];
    const done = shown({
      logIn: fails(new ApiError(403, "SSO_REQUIRED", "Use your provider")),
      startSso: () => Promise.resolve({ redirect_url: null, choices }),
    });
    await logIn();
    expect(await screen.findByText("Your organisation wants you to log in at its provider.")).toBeTruthy();
    // the address that was typed is still there
    await userEvent.click(screen.getByRole("button", { name: "Go on to your provider" }));
    await userEvent.click(await screen.findByRole("button", { name: "Okta" }));
    expect(done.at(-1)).toEqual(["startSso", [{ provider_id: "p2" }]]);
  });

  it("says why a provider's log-in did not end well", () => {
    history.replaceState(null, "", "/#sso=role");
    shown({});
    expect(screen.getByRole("alert").textContent).toContain("no group that may come in");
  });
});
