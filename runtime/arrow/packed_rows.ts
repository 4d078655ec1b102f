/** Rows of packed columns, copied together: runs that rows share stay shared, runs of no row are left behind. */
import type { PackedColumn } from "./column_data.ts";

type Starts = Int32Array<ArrayBuffer>;

/** Below so many words for a row, a place for every word is cheaper than a map. */
const DENSE_WORDS = 64;
const SHORT_RUN = 32;

/** Rows that are to be put together; each from the words of its part. */
interface Rows {
  readonly length: number;
  wordsOf(row: number): Float64Array;
  startOf(row: number): number;
}

export function copyPacked({ starts, words }: PackedColumn): PackedColumn {
  return compact({ length: starts.length, wordsOf: () => words, startOf: (row) => starts[row]! });
}

/** Parts that share their words keep sharing them. */
export function joinPacked(parts: readonly PackedColumn[], length: number): PackedColumn {
  const { words } = parts[0]!;
  const starts = new Int32Array(length);
  const partOf = new Int32Array(length);
  let at = 0;
  parts.forEach((part, index) => {
    starts.set(part.starts, at);
    partOf.fill(index, at, at + part.starts.length);
    at += part.starts.length;
  });
  if (parts.every((part) => part.words === words)) return { starts, words };
  return compact({
    length,
    wordsOf: (row) => parts[partOf[row]!]!.words,
    startOf: (row) => starts[row]!,
  });
}

/** Row `fromRow[i]` of part `fromPart[i]` for every i; of part -1 null. */
export function pickPacked(
  parts: readonly PackedColumn[],
  fromPart: Int32Array,
  fromRow: Int32Array,
): PackedColumn {
  return compact({
    length: fromRow.length,
    wordsOf: (row) => parts[fromPart[row]!]!.words,
    startOf: (row) => parts[fromPart[row]!]?.starts[fromRow[row]!] ?? -1,
  });
}

/** True if every run lies within the words: a column that came from elsewhere may be followed then. */
export function isSoundPacked({ starts, words }: PackedColumn): boolean {
  for (let i = 0; i < starts.length; i++) {
    const start = starts[i]!;
    if (start === -1) continue;
    const size = words[start]!;
    if (!(start >= 0 && size >= 2 && size <= words.length - start && size % 1 === 0)) return false;
  }
  return true;
}

function compact(rows: Rows): PackedColumn {
  const { length } = rows;
  const starts: Starts = new Int32Array(length);
  const places = new Map<Float64Array, Places>();
  let last: Float64Array | undefined;
  let known: Places | undefined;
  let used = 0;
  for (let row = 0; row < length; row++) {
    const start = rows.startOf(row);
    if (start < 0) {
      starts[row] = -1;
      continue;
    }
    const words = rows.wordsOf(row);
    if (words !== last || known === undefined) {
      last = words;
      known = places.get(words);
      if (known === undefined) places.set(words, known = placesOf(words, length));
    }
    const place = known.get(start);
    if (place < 0) {
      known.set(start, used);
      starts[row] = used;
      used += words[start]!;
    } else {
      starts[row] = place;
    }
  }
  const all = new Float64Array(used);
  // Places were given out in the order of the rows that first had them.
  let at = 0;
  for (let row = 0; row < length; row++) {
    if (starts[row] !== at) continue;
    const words = rows.wordsOf(row);
    const start = rows.startOf(row);
    const size = words[start]!;
    if (size > SHORT_RUN) all.set(words.subarray(start, start + size), at);
    else for (let i = 0; i < size; i++) all[at + i] = words[start + i]!;
    at += size;
  }
  return { starts, words: all };
}

/** Where runs went, by their old place; -1 if they did not. */
interface Places {
  get(start: number): number;
  set(start: number, place: number): void;
}

function placesOf(words: Float64Array, rows: number): Places {
  if (words.length > rows * DENSE_WORDS) {
    const places = new Map<number, number>();
    return {
      get: (start) => places.get(start) ?? -1,
      set: (start, place) => {
        places.set(start, place);
      },
    };
  }
  const places = new Int32Array(words.length).fill(-1);
  return {
    get: (start) => places[start]!,
    set: (start, place) => {
      places[start] = place;
    },
  };
}
