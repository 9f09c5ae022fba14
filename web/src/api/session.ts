/**
 * The session: the access token lives in memory only; the refresh token is an HttpOnly cookie that
 * scripts cannot read. One tab at a time refreshes (navigator.locks) and tells the others.
 */
export interface Tokens {
  access_token: string;
  expires_in: number;
}

export interface SecondFactorProof {
  challenge: string;
  code?: string;
  recovery_code?: string;
  credential?: unknown;
}

export interface SsoStart {
  redirect_url: string | null;
  choices: { id: string; name: string }[];
}

type Listener = (signedIn: boolean) => void;

const LOCK = "netpulse-refresh";
const CHANNEL = "netpulse-session";
/** Says that a session was opened here, so that a stranger's browser does not ask in vain; no secret. */
const OPENED = "netpulse-session-opened";
const EARLY_S = 60;
const HEADERS = { "Content-Type": "application/json", "X-NetPulse-Client": "browser" };

interface Held {
  token: string;
  expiresAt: number;
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

/** Turn an error envelope, or whatever came instead of one, into an ApiError. */
export function asApiError(status: number, body: unknown): ApiError {
  const error = (body as { error?: { code?: string; message?: string; details?: Record<string, unknown> } } | null)
    ?.error;
  return new ApiError(
    status,
    error?.code ?? "UNREACHABLE",
    error?.message ?? "The server could not be reached. Check your connection and try again.",
    error?.details ?? {},
  );
}

export class Session {
  private held: Held | null = null;
  private listeners = new Set<Listener>();
  private channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(CHANNEL) : null;

  constructor(private readonly base: string) {
    this.channel?.addEventListener("message", (event: MessageEvent<Held | null>) => {
      this.held = event.data;
      this.tell();
    });
  }

  get signedIn(): boolean {
    return this.held !== null;
  }

  onChange(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async logIn(email: string, password: string): Promise<void> {
    this.take(await this.post("/auth/login", { email, password, cookie: true }));
  }

  /** The second step of a login that answered SECOND_FACTOR_NEEDED. */
  async proveSecondFactor(proof: SecondFactorProof): Promise<void> {
    this.take(await this.post("/auth/login/second-factor", { ...proof, cookie: true }));
  }

  /** Go to the identity provider of an address or, of several, to the chosen one; or tell the choices. */
  async startSso(wish: { email: string } | { provider_id: string }): Promise<SsoStart> {
    const start = await this.send<SsoStart>("/auth/sso/start", wish);
    if (start.redirect_url) {
      // whoever comes back from there has a session that only the cookie knows
      localStorage.setItem(OPENED, "yes");
      location.assign(start.redirect_url);
    }
    return start;
  }

  async askForReset(email: string): Promise<void> {
    await this.send("/auth/password-reset", { email });
  }

  async resetPassword(token: string, password: string): Promise<void> {
    await this.send("/auth/password-reset/confirm", { token, password });
  }

  async register(body: {
    organization_name: string;
    full_name: string;
    email: string;
    password: string;
  }): Promise<void> {
    this.take(await this.post("/auth/register", { ...body, cookie: true }));
  }

  async acceptInvitation(body: { token: string; password: string; full_name: string | null }): Promise<void> {
    this.take(await this.post("/auth/accept-invitation", { ...body, cookie: true }));
  }

  /** Go on in another organisation; what was shown of the first one must be thrown away. */
  async switchOrganization(id: string): Promise<void> {
    this.take(await this.post("/me/organization", { organization_id: id }, await this.token()));
  }

  /** Come back after a reload: whether the cookie still opens a session, if the server can say. */
  async resume(): Promise<"in" | "out" | "unreachable"> {
    if (!localStorage.getItem(OPENED)) return "out";
    try {
      await this.refresh();
      return "in";
    } catch (error) {
      return error instanceof ApiError && error.status === 401 ? "out" : "unreachable";
    }
  }

  async logOut(): Promise<void> {
    const token = this.held?.token;
    this.forget();
    await fetch(`${this.base}/auth/logout`, {
      method: "POST",
      headers: token ? { ...HEADERS, Authorization: `Bearer ${token}` } : HEADERS,
      body: "{}",
      credentials: "same-origin",
    }).catch(() => undefined);
  }

  /** A token that is good for at least a minute. */
  async token(): Promise<string> {
    if (!this.held || this.held.expiresAt - Date.now() / 1000 < EARLY_S) await this.refresh();
    if (!this.held) throw new ApiError(401, "INVALID_CREDENTIALS", "Log in again.");
    return this.held.token;
  }

  private async refresh(): Promise<void> {
    const before = this.held;
    const run = async (): Promise<void> => {
      // another tab was faster while we waited for the lock
      if (this.held && this.held !== before) return;
      this.take(await this.post("/auth/refresh", {}));
    };
    if ("locks" in navigator) await navigator.locks.request(LOCK, run);
    else await run();
  }

  private post(path: string, body: unknown, token?: string): Promise<Tokens> {
    return this.send<Tokens>(path, body, token);
  }

  private async send<T>(path: string, body: unknown, token?: string): Promise<T> {
    const answer = await fetch(`${this.base}${path}`, {
      method: "POST",
      headers: token ? { ...HEADERS, Authorization: `Bearer ${token}` } : HEADERS,
      body: JSON.stringify(body),
      credentials: "same-origin",
    });
    const read = (await answer.json().catch(() => null)) as { data?: T } | null;
    if (!answer.ok || read?.data === undefined) {
      if (answer.status === 401 && path === "/auth/refresh") this.forget();
      throw asApiError(answer.status, read);
    }
    return read.data;
  }

  private take(tokens: Tokens): void {
    this.held = { token: tokens.access_token, expiresAt: Date.now() / 1000 + tokens.expires_in };
    localStorage.setItem(OPENED, "yes");
    this.channel?.postMessage(this.held);
    this.tell();
  }

  private forget(): void {
    this.held = null;
    localStorage.removeItem(OPENED);
    this.channel?.postMessage(null);
    this.tell();
  }

  private tell(): void {
    this.listeners.forEach((listener) => listener(this.signedIn));
  }
}
