import { useApp } from "../../app/context";
import { useMe } from "../../app/me";
import { Button } from "../../ui/controls";
import { SecondFactors } from "./second-factors";

/** The only screen of somebody whose organisation asks for a second factor that they do not have. */
export function Enrolment() {
  const { session } = useApp();
  const me = useMe();
  return (
    <main id="main" className="mx-auto flex w-full max-w-xl flex-col gap-5 px-4 py-10">
      <div className="flex items-center gap-3">
        <img src="/icon.svg" alt="" width={40} height={40} />
        <div>
          <h1 className="text-xl font-bold">One thing before you go on</h1>
          <p className="text-muted">{me.data?.organization.name} asks everybody for a second factor.</p>
        </div>
      </div>
      <p>
        Besides your password you prove with a phone or a key that it is you, so that a stolen password alone opens nothing. It
        takes a minute: add an authenticator app, or a key.
      </p>
      <SecondFactors />
      <Button className="self-start" onClick={() => void session.logOut()}>
        Log out
      </Button>
    </main>
  );
}
