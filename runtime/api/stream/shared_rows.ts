/** Rows of a series on their way to many subscribers: encoded once a format, indexed once for all filters. */
import { type Batch, gather, pickRows, sliceColumn } from "../../arrow/mod.ts";
import type { SeriesRows } from "../../live/mod.ts";
import { type BodyEncoder, frameOf, type Message } from "./frame.ts";
import type { FrameFormat } from "./messages.ts";

/** Columns of a frame and the row numbers: consecutive from `first`, unless `numbers` lists them. */
export interface NumberedBatch {
  readonly first: number;
  readonly last: number;
  readonly batch: Batch;
  readonly numbers?: readonly number[];
}

export type Encoders = Readonly<Record<FrameFormat, BodyEncoder>>;

const MOST_ROWS = 8192;

/** Where rows of a key column's values stand: rows of equal value are chained from the last to the first. */
interface ValueIndex {
  readonly last: ReadonlyMap<number, number>;
  readonly previous: Int32Array;
}

export class SharedRows implements NumberedBatch {
  readonly first: number;
  readonly last: number;
  readonly batch: Batch;
  readonly series: string;
  readonly #encoders: Encoders;
  readonly #bodies = new Map<FrameFormat, Message>();
  readonly #frames = new Map<string, Message>();
  readonly #indexes = new Map<number, ValueIndex>();

  constructor(series: string, { first, last, batch }: NumberedBatch, encoders: Encoders) {
    this.series = series;
    this.first = first;
    this.last = last;
    this.batch = batch;
    this.#encoders = encoders;
  }

  /** The frame of all rows for subscriptions of this name; the rows are encoded once. */
  frame(format: FrameFormat, id: string): Message {
    const key = `${format} ${id}`;
    const known = this.#frames.get(key);
    if (known !== undefined) return known;
    const { series, first, last } = this;
    const frame = frameOf({ kind: "rows", id, series, first, last }, this.body(format));
    this.#frames.set(key, frame);
    return frame;
  }

  /** All rows without a header. */
  body(format: FrameFormat): Message {
    let body = this.#bodies.get(format);
    if (body === undefined) this.#bodies.set(format, body = this.#encoders[format](this.batch));
    return body;
  }

  /** Rows whose value in a column is one of these, ascending. */
  rowsOf(column: number, values: Iterable<number>): number[] {
    let index = this.#indexes.get(column);
    if (index === undefined) this.#indexes.set(column, index = indexOf(this.batch, column));
    const rows: number[] = [];
    for (const value of values) {
      for (let row = index.last.get(value) ?? -1; row >= 0; row = index.previous[row]!) {
        rows.push(row);
      }
    }
    return rows.sort((a, b) => a - b);
  }

  /** Only these rows, with their numbers. */
  pick(rows: readonly number[]): NumberedBatch {
    const places = Int32Array.from(rows);
    const columns = this.batch.columns.map((column) => gather(column, places));
    return {
      first: this.first,
      last: this.last,
      batch: { length: rows.length, columns },
      numbers: rows.map((row) => this.first + row),
    };
  }
}

/** Rows as frames have them, in parts that make frames of a bounded size. */
export function shareRows(
  { series, first, time, batch }: SeriesRows,
  keys: number,
  encoders: Encoders,
): SharedRows[] {
  const columns = [...batch.columns.slice(0, keys), time as Float64Array<ArrayBuffer>]
    .concat(batch.columns.slice(keys));
  const parts: SharedRows[] = [];
  for (let from = 0; from < batch.length; from += MOST_ROWS) {
    const to = Math.min(batch.length, from + MOST_ROWS);
    const part = {
      length: to - from,
      columns: columns.map((column) => sliceColumn(column, from, to)),
    };
    const numbered = { first: first + from, last: first + to - 1, batch: part };
    parts.push(new SharedRows(series, numbered, encoders));
  }
  return parts;
}

/** The newest row of every key, in order of their numbers; `keys` columns come first. */
export function conflateRows(parts: readonly NumberedBatch[], keys: number): NumberedBatch {
  const newest = new Map<string, { part: number; row: number }>();
  parts.forEach(({ batch }, part) => {
    for (let row = 0; row < batch.length; row++) {
      const key = keyText(batch, row, keys);
      newest.delete(key);
      newest.set(key, { part, row });
    }
  });
  const places = [...newest.values()];
  const fromPart = Int32Array.from(places, ({ part }) => part);
  const fromRow = Int32Array.from(places, ({ row }) => row);
  return {
    first: parts[0]!.first,
    last: parts.at(-1)!.last,
    batch: {
      length: places.length,
      columns: parts[0]!.batch.columns.map((_, place) =>
        pickRows(parts.map(({ batch }) => batch.columns[place]!), fromPart, fromRow)
      ),
    },
    numbers: places.map(({ part, row }) => numberOf(parts[part]!, row)),
  };
}

function numberOf({ first, numbers }: NumberedBatch, row: number): number {
  return numbers === undefined ? first + row : numbers[row]!;
}

function keyText({ columns }: Batch, row: number, keys: number): string {
  let text = "";
  for (let place = 0; place < keys; place++) {
    text += `${(columns[place] as Float64Array | Int32Array)[row]} `;
  }
  return text;
}

function indexOf({ columns, length }: Batch, column: number): ValueIndex {
  const data = columns[column] as Float64Array | Int32Array;
  const last = new Map<number, number>();
  const previous = new Int32Array(length);
  for (let row = 0; row < length; row++) {
    previous[row] = last.get(data[row]!) ?? -1;
    last.set(data[row]!, row);
  }
  return { last, previous };
}
