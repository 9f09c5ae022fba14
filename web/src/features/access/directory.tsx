import { useState } from "react";
import { useCan } from "../../app/me";
import { Button, Panel } from "../../ui/controls";
import { Copy } from "../../ui/copy";
import { NewKey } from "../people/api-keys";

/** How a directory brings people here by itself: the address and the token it asks for. */
export function Directory() {
  const mayWrite = useCan("user:write");
  const [isMaking, setMaking] = useState(false);
  return (
    <Panel
      title="Directory (SCIM)"
      actions={mayWrite && <Button onClick={() => setMaking(true)}>Make a token</Button>}
    >
      <div className="flex flex-col gap-3">
        <p className="text-muted">
          A directory such as Entra ID or Okta adds people here, and ends their sessions and keys at once when they leave. Give it this
          address and a token; the token is an API key of an administrator and is listed under People and keys.
        </p>
        <Copy label="Address (SCIM 2.0)" text={`${location.origin}/scim/v2`} />
      </div>
      {isMaking && <NewKey close={() => setMaking(false)} title="Make a token" name="Directory" role="admin" use="Give it to the directory as its secret token." />}
    </Panel>
  );
}
