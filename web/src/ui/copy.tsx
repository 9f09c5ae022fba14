import { useId, useState } from "react";
import { Button } from "./controls";

/** A text that is shown once, to be copied. */
export function Copy({ label, text }: { label: string; text: string }) {
  const id = useId();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    const field = document.getElementById(id) as HTMLInputElement | null;
    field?.select();
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // no clipboard here: the text is selected, Ctrl+C does it
    }
  };
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <div className="flex gap-2">
        <input
          id={id}
          readOnly
          value={text}
          onFocus={(event) => event.target.select()}
          className="min-h-10 w-full min-w-0 rounded-md border border-line bg-ground px-3 font-mono text-xs"
        />
        <Button onClick={() => void copy()}>{isCopied ? "Copied ✓" : "Copy"}</Button>
      </div>
    </div>
  );
}
