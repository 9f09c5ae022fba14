import { type ReactNode, useEffect, useId, useRef } from "react";

interface Props {
  title: string;
  close: () => void;
  children: ReactNode;
  wide?: boolean;
}

/** A modal dialog: focus stays inside, Escape closes, focus goes back where it was. */
export function Dialog({ title, close, children, wide = false }: Props) {
  const holder = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = holder.current;
    if (!dialog?.open) dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={holder}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      className={`m-auto max-h-[92dvh] w-[calc(100%-1.5rem)] overflow-y-auto rounded-lg border border-line bg-panel text-ink backdrop:bg-black/60 ${wide ? "max-w-2xl" : "max-w-lg"}`}
    >
      <header className="flex items-center justify-between gap-3 border-b border-line px-4 py-3">
        <h2 id={id} className="text-base font-semibold">
          {title}
        </h2>
        <button
          type="button"
          aria-label="Close"
          onClick={close}
          className="min-h-9 min-w-9 cursor-pointer rounded-md text-lg text-muted hover:text-ink"
        >
          <span aria-hidden="true">×</span>
        </button>
      </header>
      <div className="p-4">{children}</div>
    </dialog>
  );
}
