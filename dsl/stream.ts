/** What a feature or a join sees of the thing it reads. */
import { type Column, columnsOf, keysOf, timeOf, type Upstream } from "./typed_ast.ts";
import type { ValueType } from "./types.ts";

export interface Stream {
  /** As messages name it. */
  readonly name: string;
  /** A type is undefined where it was wrong, which is reported there. */
  readonly columns: ReadonlyMap<string, ValueType | undefined>;
  readonly keys: readonly Column[];
  readonly time: string;
  /** Absent where a mistake, or a formal input that nothing is bound to, leaves no stream. */
  readonly upstream?: Upstream;
  /** Nothing is known of its columns: using any is no second mistake. */
  readonly open?: boolean;
}

/** The columns of a source or feature. */
export function createStream(name: string, upstream: Upstream): Stream {
  const columns = new Map(columnsOf(upstream).map((column) => [column.name, column.type]));
  return { name, columns, keys: keysOf(upstream), time: timeOf(upstream), upstream };
}

/** What stands for a stream that could not be found. */
export function createOpenStream(name: string): Stream {
  return { name, columns: new Map(), keys: [], time: "", open: true };
}
