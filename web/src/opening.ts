// What can begin before the application itself has arrived: asking whether the session goes on.
import { Session } from "./api/session";

export const session = new Session("/api/v1");
export const resumed = session.resume();
