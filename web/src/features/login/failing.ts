import { ApiError } from "../../api/session";

/** An error of a form that proves who somebody is, whatever was thrown. */
export const asShown = (caught: unknown): ApiError => {
  if (caught instanceof ApiError) return caught;
  // the person closed the browser's own dialog about keys, or let it wait too long
  if (caught instanceof DOMException && caught.name === "NotAllowedError")
    return new ApiError(0, "CANCELLED", "No key was used. Try again when you are ready.");
  if (caught instanceof DOMException && caught.name === "InvalidStateError")
    return new ApiError(0, "KNOWN_KEY", "This key is added already. Use another one.");
  return new ApiError(0, "UNREACHABLE", "The server could not be reached.");
};

/** Why a provider's login did not end well, in words; the callback puts the reason after the #. */
const REASONS: Record<string, string> = {
  journey: "That login took too long, or was begun in another browser. Try again.",
  token: "Your provider's answer did not hold. Tell your administrator.",
  role: "Your provider names no group that may come in here. Tell your administrator.",
  inactive: "Your account here is not active. Tell your administrator.",
  denied: "Your provider did not let you in.",
  unavailable: "Your provider cannot be reached right now. Try again shortly.",
};

/** The error that a provider's callback left in the address, if it did. */
export const ssoFailure = (): ApiError | null => {
  const reason = /^#sso=(\w+)$/.exec(location.hash)?.[1];
  return reason ? new ApiError(401, "SSO_REFUSED", REASONS[reason] ?? REASONS["denied"] ?? "") : null;
};
