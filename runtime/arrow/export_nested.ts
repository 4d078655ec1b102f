/** Packed columns to the buffers of Arrow's nested ones. */
import type { ValueType } from "../../dsl/mod.ts";
import type { ColumnData, PackedColumn } from "./column_data.ts";
import type { ColumnExport, ExportedColumn } from "./export_columns.ts";
import { GrowingArray } from "./growing_array.ts";
import type { LocalDictionary } from "./local_dictionary.ts";
import { readCount, type WordCursor } from "./packed_text.ts";

/** Takes values of one level one by one, then hands them over as a column. */
interface Collector {
  readonly dictionaries: readonly LocalDictionary[];
  /** Takes the value at the cursor, which moves on behind it. */
  take(cursor: WordCursor): void;
  takeNull(): void;
  /** The values since the last time. */
  finish(): ExportedColumn;
}

type FlatExport = (type: ValueType) => ColumnExport;

export function createNestedExport(type: ValueType, flat: FlatExport): ColumnExport {
  const collector = createCollector(type, flat);
  const cursor: WordCursor = { words: new Float64Array(0), at: 0 };
  return {
    dictionaries: collector.dictionaries,
    export: (data: ColumnData) => {
      const { starts, words } = data as PackedColumn;
      cursor.words = words;
      for (let i = 0; i < starts.length; i++) {
        const start = starts[i]!;
        cursor.at = start + 1;
        if (start < 0) collector.takeNull();
        else collector.take(cursor);
      }
      return collector.finish();
    },
  };
}

function createCollector(type: ValueType, flat: FlatExport): Collector {
  switch (type.kind) {
    case "list":
      return listCollector(createCollector(type.element, flat));
    case "vector":
      return vectorCollector(type.length, createCollector({ kind: "f64" }, flat));
    case "struct":
      return structCollector(type.fields.map((field) => createCollector(field.type, flat)));
    case "map": {
      const entry = [createCollector(type.key, flat), createCollector(type.value, flat)];
      return listCollector(entriesCollector(entry));
    }
    default:
      return scalarCollector(type, flat(type));
  }
}

function scalarCollector(type: ValueType, column: ColumnExport): Collector {
  const isSymbol = type.kind === "string" || type.kind === "enum";
  const values = isSymbol ? new GrowingArray(Int32Array) : new GrowingArray(Float64Array);
  return {
    dictionaries: column.dictionaries,
    take: (cursor) => values.push(cursor.words[cursor.at++]!),
    takeNull: () => values.push(isSymbol ? -1 : NaN),
    finish: () => column.export(values.take()),
  };
}

/** Of a map each element is an entry. */
function listCollector(element: Collector): Collector {
  const offsets = new GrowingArray(Int32Array);
  const validity = new Validity();
  let elements = 0;
  offsets.push(0);
  return {
    dictionaries: element.dictionaries,
    take: (cursor) => {
      const count = readCount(cursor);
      for (let i = 0; i < count; i++) element.take(cursor);
      elements += Math.max(0, count);
      offsets.push(elements);
      validity.push(count >= 0);
    },
    takeNull: () => {
      offsets.push(elements);
      validity.push(false);
    },
    finish: () => {
      const { buffer, byteLength } = offsets.take();
      offsets.push(0);
      elements = 0;
      const exported = validity.finish();
      return {
        ...exported,
        buffers: [...exported.buffers, new Uint8Array(buffer, 0, byteLength)],
        children: [element.finish()],
      };
    },
  };
}

function vectorCollector(length: number, element: Collector): Collector {
  const validity = new Validity();
  const takeNulls = () => {
    for (let i = 0; i < length; i++) element.takeNull();
    validity.push(false);
  };
  return {
    dictionaries: [],
    take: (cursor) => {
      if (readCount(cursor) < 0) return takeNulls();
      for (let i = 0; i < length; i++) element.take(cursor);
      validity.push(true);
    },
    takeNull: takeNulls,
    finish: () => ({ ...validity.finish(), children: [element.finish()] }),
  };
}

function structCollector(fields: readonly Collector[]): Collector {
  const validity = new Validity();
  const takeNulls = () => {
    for (const field of fields) field.takeNull();
    validity.push(false);
  };
  return {
    dictionaries: fields.flatMap(({ dictionaries }) => dictionaries),
    take: (cursor) => {
      if (readCount(cursor) < 0) return takeNulls();
      for (const field of fields) field.take(cursor);
      validity.push(true);
    },
    takeNull: takeNulls,
    finish: () => ({ ...validity.finish(), children: fields.map((field) => field.finish()) }),
  };
}

/** Entries of maps are never null and have no mark of their own. */
function entriesCollector(fields: readonly Collector[]): Collector {
  const validity = new Validity();
  return {
    dictionaries: fields.flatMap(({ dictionaries }) => dictionaries),
    take: (cursor) => {
      for (const field of fields) field.take(cursor);
      validity.push(true);
    },
    takeNull: () => {
      throw new TypeError("Cannot write a map: an entry is null");
    },
    finish: () => ({ ...validity.finish(), children: fields.map((field) => field.finish()) }),
  };
}

/** Which of the values of a level are there. */
class Validity {
  readonly #bits = new GrowingArray(Uint8Array);
  #length = 0;
  #nullCount = 0;

  push(isThere: boolean): void {
    const bit = this.#length++ & 7;
    if (bit === 0) this.#bits.push(0);
    if (isThere) this.#bits.setLast(this.#bits.last | 1 << bit);
    else this.#nullCount++;
  }

  finish(): ExportedColumn {
    const [length, nullCount] = [this.#length, this.#nullCount];
    const bits = this.#bits.take();
    this.#length = this.#nullCount = 0;
    return { length, nullCount, buffers: [nullCount === 0 ? NOTHING : bits], children: [] };
  }
}

const NOTHING = new Uint8Array(0);
