/** Nested columns of Arrow to packed ones. */
import { type Data, DataType, type Field } from "apache-arrow";
import { storageOf, type ValueType } from "../../dsl/mod.ts";
import type { ColumnData, FlatColumn } from "./column_data.ts";
import type { Rejects } from "./column_spec.ts";
import { offsetsOf, OwnedRejects, type Range, validityOf } from "./nested_layout.ts";
import { PackedBuilder } from "./packed_builder.ts";
import { isListType } from "./schema.ts";
import type { SymbolTable } from "./symbols.ts";
import { wordOrder } from "./word_order.ts";

/** Reads a scalar column, as columns of a file are read. */
export type FlatRead = (data: Data, range: Range, rejects: Rejects) => ColumnData;

export interface NestedContext {
  readonly symbols: SymbolTable;
  /** The file's name of the column. */
  readonly from: string;
  /** The reader for a scalar inside, or undefined if the field does not fit the type. */
  flat(field: Field, type: ValueType): FlatRead | undefined;
}

/** Pushes the words of element i of an opened range, null included. */
type Push = (into: PackedBuilder, i: number) => void;

/** Opens a range of a column; elements are numbered from the range's first. */
type Open = (data: Data, range: Range, rejects: Rejects) => Push;

/** The reader of a nested column, or undefined if the field does not fit the type. */
export function createNestedImport(
  field: Field,
  type: ValueType,
  context: NestedContext,
): FlatRead | undefined {
  const open = createOpen(field, type, context);
  if (open === undefined) return undefined;
  return (data, range, rejects) => {
    const push = open(data, range, rejects);
    const builder = new PackedBuilder(range.length);
    const isThere = validityOf(data, range.from);
    for (let i = 0; i < range.length; i++) {
      if (!isThere(i)) continue;
      builder.begin();
      push(builder, i);
      builder.end(i);
    }
    return builder.finish(range.length);
  };
}

function createOpen(field: Field, type: ValueType, context: NestedContext): Open | undefined {
  if (DataType.isNull(field.type)) return openNulls(type);
  switch (type.kind) {
    case "list":
      return listOpen(field, type.element, { ...context, length: undefined });
    case "vector":
      return listOpen(field, { kind: "f64" }, { ...context, length: type.length });
    case "struct":
      return structOpen(field, type, context);
    case "map":
      return mapOpen(field, type, context);
    default: {
      const read = context.flat(field, type);
      return read && ((data, range, rejects) => {
        const column = read(data, range, rejects) as FlatColumn;
        return (into, i) => into.push(column[i]!);
      });
    }
  }
}

/** The word that says null, whatever would follow it. */
function openNulls(type: ValueType): Open {
  const word = storageOf(type) === "number" ? NaN : -1;
  return () => (into) => into.push(word);
}

function listOpen(
  field: Field,
  element: ValueType,
  context: NestedContext & { readonly length: number | undefined },
): Open | undefined {
  if (!isListType(field.type)) return undefined;
  const open = createOpen(field.type.children[0]!, element, context);
  const { length, from } = context;
  return open && ((data, range, rejects) => {
    const offsets = offsetsOf(data, range);
    const push = openElements(data.children[0]!, { open, offsets, rejects });
    const isThere = validityOf(data, range.from);
    const first = offsets[0]!;
    return (into, i) => {
      if (!isThere(i)) return into.push(-1);
      const [start, end] = [offsets[i]! - first, offsets[i + 1]! - first];
      if (length !== undefined && end - start !== length) {
        rejects.add(i, from, `it has a list of ${end - start} where ${length} numbers are wanted`);
      }
      into.push(length === undefined ? end - start : 1);
      for (let at = start; at < end; at++) push(into, at);
    };
  });
}

function structOpen(
  field: Field,
  type: Extract<ValueType, { kind: "struct" }>,
  context: NestedContext,
): Open | undefined {
  if (!DataType.isStruct(field.type)) return undefined;
  const children = field.type.children as readonly Field[];
  const opens: { readonly place: number; readonly open: Open }[] = [];
  for (const { name, type: wanted } of type.fields) {
    const place = children.findIndex((child) => child.name === name);
    const open = place < 0 ? undefined : createOpen(children[place]!, wanted, context);
    if (open === undefined) return undefined;
    opens.push({ place, open });
  }
  return (data, range, rejects) => {
    const pushes = opens.map(({ place, open }) => open(data.children[place]!, range, rejects));
    const isThere = validityOf(data, range.from);
    return (into, i) => {
      if (!isThere(i)) return into.push(-1);
      into.push(1);
      for (const push of pushes) push(into, i);
    };
  };
}

/** Of a map, or of a list of structs of two fields, which is what other programs write for one. */
function mapOpen(
  field: Field,
  type: Extract<ValueType, { kind: "map" }>,
  context: NestedContext,
): Open | undefined {
  if (!DataType.isMap(field.type) && !isListType(field.type)) return undefined;
  const entry = (field.type.children as readonly Field[])[0]!;
  const [keyField, valueField] = DataType.isStruct(entry.type)
    ? entry.type.children as readonly Field[]
    : [];
  const readKey = keyField && context.flat(keyField, type.key);
  const openValue = valueField && createOpen(valueField, type.value, context);
  if (!readKey || !openValue) return undefined;
  const { symbols, from } = context;
  const compare = wordOrder(type.key, symbols);
  return (data, range, rejects) => {
    const offsets = offsetsOf(data, range);
    const entries = data.children[0]!;
    const inner = { from: offsets[0]!, length: offsets[range.length]! - offsets[0]! };
    const owners = new OwnedRejects(offsets, rejects);
    const keys = readKey(entries.children[0]!, inner, owners) as FlatColumn;
    const push = openValue(entries.children[1]!, inner, owners);
    owners.hand();
    const isThere = validityOf(data, range.from);
    return (into, i) => {
      if (!isThere(i)) return into.push(-1);
      const [start, end] = [offsets[i]! - inner.from, offsets[i + 1]! - inner.from];
      const order = Array.from({ length: end - start }, (_, at) => start + at);
      if (!ascends(keys, start, end, compare)) {
        order.sort((a, b) => compare(keys[a]!, keys[b]!));
      }
      const reason = faultOf(keys, order);
      if (reason !== undefined) rejects.add(i, from, reason);
      into.push(order.length);
      for (const at of order) {
        into.push(keys[at]!);
        push(into, at);
      }
    };
  };
}

function ascends(
  keys: FlatColumn,
  start: number,
  end: number,
  compare: (a: number, b: number) => number,
): boolean {
  for (let at = start + 1; at < end; at++) {
    if (compare(keys[at - 1]!, keys[at]!) >= 0) return false;
  }
  return true;
}

/** Why keys in order are not those of a map. */
function faultOf(keys: FlatColumn, order: readonly number[]): string | undefined {
  for (let i = 0; i < order.length; i++) {
    const key = keys[order[i]!]!;
    if (key !== key || (keys instanceof Int32Array && key < 0)) {
      return "it has a map with a null key";
    }
    if (i > 0 && key === keys[order[i - 1]!]) return "it has a map with a key twice";
  }
  return undefined;
}

/** Opens the elements of lists; what is wrong with one is told of the row it belongs to. */
function openElements(
  elements: Data,
  { open, offsets, rejects }: { open: Open; offsets: Int32Array; rejects: Rejects },
): Push {
  const from = offsets[0]!;
  const owners = new OwnedRejects(offsets, rejects);
  const push = open(elements, { from, length: offsets[offsets.length - 1]! - from }, owners);
  owners.hand();
  return (into, i) => {
    push(into, i);
    owners.hand();
  };
}
