import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useApp } from "../../app/context";
import { ME, useMe } from "../../app/me";
import { Button } from "../../ui/controls";
import { SecondFactors } from "./second-factors";

const EVERY_MS = 2_000;

/** The only screen of somebody whose organisation asks for a second factor that they do not have. */
export function Enrolment({ done }: { done: () => void }) {
  const { session } = useApp();
  const queries = useQueryClient();
  const me = useMe();
  const [isHeld, setHeld] = useState(false);
  const isThrough = me.data?.must_enroll === false && !isHeld;
  useEffect(() => {
    if (isThrough) return done();
    // the server may know of the new factor a few seconds later
    const timer = setInterval(() => void queries.invalidateQueries({ queryKey: ME }), EVERY_MS);
    return () => clearInterval(timer);
  }, [isThrough, done, queries]);
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
      <SecondFactors hold={setHeld} />
      <Button className="self-start" onClick={() => void session.logOut()}>
        Log out
      </Button>
    </main>
  );
}
