/** What random text knows of the streams it has already written. */
import type { Term } from "./term.ts";

/** A source, feature or input that a feature can stand on. */
export interface Stream {
  /** Text after `on`: a name, maybe with parameters or another plugin's name before it. */
  readonly reference: string;
  /** What a config calls it, as `plugin.name`. */
  readonly definition: string;
  readonly params: Readonly<Record<string, string | number>>;
  /** Every column by its name, keys and time included. */
  readonly columns: readonly Term[];
  readonly keys: readonly string[];
  /** Absent where only the binding of an input decides it. */
  readonly time?: string;
  /** Only the binding of an input decides the keys; `keys` is empty then. */
  readonly isUnbound?: boolean;
  /** What its rows are made by: events, as a union needs, or time. */
  readonly isMadeByTime?: boolean;
  /** A table: its deleted rows are no rows. */
  readonly isTable?: boolean;
  /** Has no name of its own, as a union. */
  readonly isNameless?: boolean;
}

/** Columns that are neither key nor time. */
export function payloadOf({ columns, keys, time }: Stream): readonly Term[] {
  return columns.filter(({ text }) => !keys.includes(text) && text !== time);
}

export function columnOf(stream: Stream, name: string): Term {
  const column = stream.columns.find((term) => term.text === name);
  if (column === undefined) throw new RangeError(`Cannot find "${name}": no such column`);
  return column;
}
