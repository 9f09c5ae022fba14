import { type QueryKey, type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Button } from "./controls";
import { Check } from "./form";

export type Change<T, Answer = unknown> = UseMutationResult<Answer, Error, T>;

/** Something that is changed on the server, after which what is shown of it is asked for anew. */
export function useChange<T = void, Answer = unknown>(
  run: (given: T) => Promise<Answer>,
  old: readonly QueryKey[],
  after?: (answer: Answer) => void,
): Change<T, Answer> {
  const queries = useQueryClient();
  return useMutation<Answer, Error, T>({
    mutationFn: run,
    onSuccess: (answer) => after?.(answer),
    onSettled: () => Promise.all(old.map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}

/** What went wrong, read out at once; nothing where nothing did. */
export function Fault({ error }: { error: Error | null | undefined }) {
  if (!error) return null;
  return (
    <p role="alert" className="break-words text-offline">
      {error.message}
    </p>
  );
}

interface DeleteProps {
  /** What is deleted, by its name. */
  name: string;
  change: Change<void>;
  /** What follows from it, said before it is done. */
  ask?: string;
  word?: string;
  children?: ReactNode;
}

/** A button that deletes one thing of a list, after it was asked once more. */
export function DeleteButton({ name, change, ask = "", word = "Delete", children }: DeleteProps) {
  return (
    <Button
      look="danger"
      disabled={change.isPending}
      aria-label={`${word} ${name}`}
      onClick={() => {
        if (confirm(`${word} ${name}?${ask ? ` ${ask}` : ""}`)) change.mutate();
      }}
    >
      {children ?? word}
    </Button>
  );
}

/** Whether one thing of a list is in force, to be switched; shown as wanted while it is being told. */
export function OnSwitch({ name, isOn, change }: { name: string; isOn: boolean; change: Change<boolean> }) {
  // kept here, for a change says that it is under way a moment after the click: the tick would flicker
  const [wanted, setWanted] = useState<boolean | null>(null);
  return (
    <Check
      label={<span aria-label={`${name} is on`}>On</span>}
      checked={wanted ?? isOn}
      onChange={(on) => {
        setWanted(on);
        change.mutate(on, { onSettled: () => setWanted(null) });
      }}
    />
  );
}
