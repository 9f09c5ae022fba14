import { useState } from "react";
import { setSingleKeys, singleKeysOn } from "../lib/keys";
import { Dialog } from "../ui/dialog";
import { Check } from "../ui/form";

const KEYS: readonly [string, readonly [string, string][]][] = [
  [
    "Everywhere",
    [
      ["g w", "go to the wall"],
      ["g p", "go to the problems"],
      ["g d", "go to the devices"],
      ["/", "search"],
      ["?", "this help"],
    ],
  ],
  [
    "Problems",
    [
      ["j", "next"],
      ["k", "previous"],
      ["a", "acknowledge"],
      ["A", "acknowledge with a note"],
      ["s", "silence the one that is open"],
      ["Enter", "open"],
    ],
  ],
  ["Wall", [["← ↑ → ↓", "move between tiles"], ["Enter", "open the device"]]],
];

/** What the keyboard can do, and the switch for those who would rather it did not. */
export function Help({ close }: { close: () => void }) {
  const [on, setOn] = useState(singleKeysOn);
  return (
    <Dialog title="Keyboard" close={close}>
      {KEYS.map(([place, keys]) => (
        <section key={place} className="mb-4">
          <h3 className="mb-1 font-semibold">{place}</h3>
          <dl className="grid grid-cols-[7.5rem_1fr] gap-y-1.5">
            {keys.map(([key, does]) => (
              <div key={key} className="contents">
                <dt>
                  {key.split(" ").map((part) => (
                    <kbd key={part} className="mr-1 rounded border border-line bg-raised px-1.5 py-0.5 font-mono text-xs">
                      {part}
                    </kbd>
                  ))}
                </dt>
                <dd className="text-muted">{does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <Check
        label="Single keys are commands"
        checked={on}
        onChange={(wanted) => {
          setSingleKeys(wanted);
          setOn(wanted);
        }}
      />
    </Dialog>
  );
}
