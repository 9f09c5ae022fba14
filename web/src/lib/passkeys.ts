/** Keys and passkeys: WebAuthn's JSON forms, where the browser has them (all since 2025). */

type Options = Record<string, unknown>;

interface JsonForms {
  parseCreationOptionsFromJSON(options: Options): PublicKeyCredentialCreationOptions;
  parseRequestOptionsFromJSON(options: Options): PublicKeyCredentialRequestOptions;
}

const forms = () =>
  ("PublicKeyCredential" in globalThis ? (PublicKeyCredential as unknown as Partial<JsonForms>) : {}) as Partial<JsonForms>;

const IP_ADDRESS = /^([\d.]+|\[.*\])$/;

/** Whether this browser can make and use keys here; a page at an IP address cannot have any. */
export const canUsePasskeys = (): boolean =>
  "parseCreationOptionsFromJSON" in forms() && isSecureContext && !IP_ADDRESS.test(location.hostname);

const json = (credential: Credential | null): unknown => (credential as unknown as { toJSON(): unknown } | null)?.toJSON();

/** Let the person make a key; throws when they do not. */
export async function makePasskey(options: Options): Promise<unknown> {
  const publicKey = forms().parseCreationOptionsFromJSON?.(options);
  return json(await navigator.credentials.create(publicKey ? { publicKey } : {}));
}

/** Let the person use one of their keys; throws when they do not. */
export async function provePasskey(options: Options): Promise<unknown> {
  const publicKey = forms().parseRequestOptionsFromJSON?.(options);
  return json(await navigator.credentials.get(publicKey ? { publicKey } : {}));
}
