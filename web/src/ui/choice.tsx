interface Props<T extends string> {
  label: string;
  value: T;
  options: readonly (readonly [T, string])[];
  choose: (value: T) => void;
  className?: string;
}

/** A small choice in the head of a list, named for who does not see it. */
export function Choice<T extends string>({ label, value, options, choose, className = "" }: Props<T>) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => choose(event.target.value as T)}
      className={`min-h-10 max-w-full rounded-md border border-line bg-ground px-2 ${className}`}
    >
      {options.map(([key, word]) => (
        <option key={key} value={key}>
          {word}
        </option>
      ))}
    </select>
  );
}

interface SearchProps {
  label: string;
  placeholder?: string;
  value: string;
  type: (text: string) => void;
}

/** A search in the head of a list; `/` leads to it. */
export function SearchBox({ label, placeholder, value, type }: SearchProps) {
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={placeholder ?? label}
      value={value}
      onChange={(event) => type(event.target.value)}
      className="min-h-10 w-full rounded-md border border-line bg-ground px-3 placeholder:text-muted sm:w-64"
    />
  );
}
