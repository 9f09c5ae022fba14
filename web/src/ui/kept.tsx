import { type ReactNode, useState } from "react";
import { type Change, DeleteButton, Fault, OnSwitch } from "./change";
import { Button, Empty, PageHead } from "./controls";
import { type Asked, Listing } from "./listing";

interface ScreenProps<Row> {
  /** The screens beside it. */
  places: ReactNode;
  title: string;
  note: string;
  /** What they are called in a sentence, e.g. “policies”. */
  what: string;
  query: Asked & { data: readonly Row[] | undefined };
  /** What the button says that adds one. */
  word: string;
  mayWrite: boolean;
  /** What is said where there is none, and what to do next. */
  empty: readonly [title: string, next: ReactNode];
  /** One of them; `edit` opens its form, null where the viewer may only look. */
  row: (row: Row, edit: (() => void) | null) => ReactNode;
  /** The form of one, or of a new one. */
  form: (row: Row | null, close: () => void) => ReactNode;
}

/** A screen with all there is of something, and the form that adds or changes one. */
export function KeptScreen<Row>({ places, title, note, what, query, word, mayWrite, empty, row, form }: ScreenProps<Row>) {
  const [edited, setEdited] = useState<Row | "new" | null>(null);
  const add = mayWrite && (
    <Button look="primary" onClick={() => setEdited("new")}>
      {word}
    </Button>
  );
  return (
    <div className="flex flex-col gap-4">
      {places}
      <PageHead title={title} note={note}>
        {add}
      </PageHead>
      <Listing
        what={what}
        query={query}
        rows={query.data}
        empty={
          <Empty title={empty[0]}>
            <div className="mb-4">{empty[1]}</div>
            {add}
          </Empty>
        }
      >
        {(each) => row(each, mayWrite ? () => setEdited(each) : null)}
      </Listing>
      {edited !== null && form(edited === "new" ? null : edited, () => setEdited(null))}
    </div>
  );
}

interface RowProps {
  name: string;
  isOn: boolean;
  turn: Change<boolean>;
  remove: Change<void>;
  /** What follows when it is deleted, said before. */
  ask?: string;
  edit: (() => void) | null;
  /** How it stands, where that is more than on and off. */
  standing?: ReactNode;
  children: ReactNode;
}

/** One of what is kept: what it is, and what can be done with it. */
export function KeptRow({ name, isOn, turn, remove, ask = "", edit, standing, children }: RowProps) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className={`min-w-0 grow basis-64 ${isOn ? "" : "text-muted"}`}>
        <p className="font-semibold break-words">
          {name}
          {!isOn && !standing && <span className="font-normal"> (off)</span>}
        </p>
        {children}
        <Fault error={turn.error ?? remove.error} />
      </div>
      {standing}
      {edit && (
        <div className="flex flex-wrap items-center gap-2">
          <OnSwitch name={name} isOn={isOn} change={turn} />
          <Button onClick={edit} aria-label={`Change ${name}`}>
            Change
          </Button>
          <DeleteButton name={name} change={remove} ask={ask} />
        </div>
      )}
    </li>
  );
}
