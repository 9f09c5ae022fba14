import { Check } from "./form";

interface Props {
  /** Undefined while they are not known. */
  options: readonly (readonly [id: string, word: string])[] | undefined;
  chosen: readonly string[];
  choose: (ids: string[]) => void;
}

/** Tick boxes of which any may be chosen. */
export function Ticks({ options = [], chosen, choose }: Props) {
  return options.map(([id, word]) => (
    <Check
      key={id}
      label={word}
      checked={chosen.includes(id)}
      onChange={(on) => choose(on ? [...chosen, id] : chosen.filter((each) => each !== id))}
    />
  ));
}
