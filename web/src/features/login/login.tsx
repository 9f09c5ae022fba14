import { type FormEvent, useState } from "react";
import { ApiError, type Session } from "../../api/session";
import { Button, Field } from "../../ui/controls";
import { fieldError, FormError } from "../../ui/form";

type Mode = "login" | "register" | "invitation";

const WORDS: Record<Mode, { act: string; other: string }> = {
  login: { act: "Log in", other: "New here? Create an organisation" },
  register: { act: "Create organisation", other: "I have an account: log in" },
  invitation: { act: "Come in", other: "I have an account: log in" },
};

/** The invitation in the address, after the # where no server sees it. */
const invitation = () => (location.pathname === "/invitation" ? location.hash.slice(1) : "");

/** Log in, or found an organisation: the only screen a stranger sees. */
export function Login({ session }: { session: Session }) {
  const [mode, setMode] = useState<Mode>(() => (invitation() ? "invitation" : "login"));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    setBusy(true);
    setError(null);
    try {
      if (mode === "login") await session.logIn(text("email"), text("password"));
      else if (mode === "invitation") {
        await session.acceptInvitation({
          token: invitation(),
          password: text("password"),
          full_name: text("full_name") || null,
        });
        history.replaceState(null, "", "/");
      } else
        await session.register({
          organization_name: text("organization_name"),
          full_name: text("full_name"),
          email: text("email"),
          password: text("password"),
        });
    } catch (caught) {
      setError(caught instanceof ApiError ? caught : new ApiError(0, "UNREACHABLE", "The server could not be reached."));
    } finally {
      setBusy(false);
    }
  };

  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-sm flex-col justify-center gap-6 px-4 py-10">
      <div className="flex items-center gap-3">
        <img src="/icon.svg" alt="" width={40} height={40} />
        <div>
          <h1 className="text-xl font-bold">NetPulse</h1>
          <p className="text-muted">Real-time network operations</p>
        </div>
      </div>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4 rounded-lg border border-line bg-panel p-5">
        {mode === "invitation" && <p>You are invited. Choose a password, and you are in.</p>}
        {mode === "register" && (
          <Field
            label="Organisation"
            name="organization_name"
            required
            autoComplete="organization"
            error={fieldError(error, "organization_name")}
          />
        )}
        {mode !== "login" && (
          <Field
            label="Your name"
            name="full_name"
            required={mode === "register"}
            autoComplete="name"
            error={fieldError(error, "full_name")}
          />
        )}
        {mode !== "invitation" && (
          <Field
            label="Email"
            name="email"
            type="email"
            required
            autoComplete="username"
            inputMode="email"
            error={fieldError(error, "email")}
          />
        )}
        <Field
          label="Password"
          name="password"
          type="password"
          required
          autoComplete={mode === "login" ? "current-password" : "new-password"}
          error={fieldError(error, "password")}
          {...(mode === "login" ? {} : { hint: "At least 15 characters; a few words are fine.", minLength: 15 })}
        />
        <FormError error={error} fields={["organization_name", "full_name", "email", "password"]} />
        <Button type="submit" look="primary" disabled={busy}>
          {busy ? "One moment…" : WORDS[mode].act}
        </Button>
      </form>
      <button
        type="button"
        className="cursor-pointer text-muted underline hover:text-ink"
        onClick={() => {
          setMode(mode === "login" ? "register" : "login");
          setError(null);
        }}
      >
        {WORDS[mode].other}
      </button>
    </main>
  );
}
