import { Button } from "./controls";

/** A small button that takes one thing out of a list. */
export function TakeOut({ name, run }: { name: string; run: () => void }) {
  return (
    <Button onClick={run} aria-label={`Take ${name} out`}>
      <span aria-hidden="true">×</span>
    </Button>
  );
}
