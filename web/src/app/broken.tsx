import type { ErrorComponentProps } from "@tanstack/react-router";
import { Button, Empty } from "../ui/controls";

/** What a screen says that could not be drawn: never a blank page. */
export function Broken({ error, reset }: ErrorComponentProps) {
  return (
    <Empty title="This screen could not be shown" first>
      <p className="mb-4 break-words">
        {error instanceof Error && error.message ? error.message : "Something is wrong on our side."} The rest of NetPulse goes on; nothing was lost.
      </p>
      <div className="flex flex-wrap justify-center gap-2">
        <Button look="primary" onClick={reset}>
          Try again
        </Button>
        <Button onClick={() => location.reload()}>Load NetPulse anew</Button>
      </div>
    </Empty>
  );
}
