/** The engine's column types and Arrow's. */
import {
  Bool,
  DataType,
  Dictionary,
  Duration,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int32,
  Int64,
  type LargeList,
  List,
  Map_,
  Schema,
  Struct,
  Timestamp,
  TimeUnit,
  Utf8,
} from "apache-arrow";
import { type Column, isNested, storageOf, type ValueType } from "../../dsl/mod.ts";

type NamedType = { readonly name: string; readonly type: ValueType };

/** A column as a file declares it. */
export interface FileField {
  readonly name: string;
  /** The type to read it as, or undefined if no type of the language holds it. */
  readonly type: ValueType | undefined;
  /** The file's own name of the type. */
  readonly declared: string;
}

/** The Arrow schema of a result; dictionaries are numbered in the order of the columns, inner ones included. */
export function toArrowSchema(columns: readonly Column[]): Schema {
  let dictionaries = 0;
  const nextId = () => dictionaries++;
  return new Schema(columns.map(({ name, type }) => toArrowField(name, type, nextId)));
}

function toArrowField(name: string, type: ValueType, nextId: () => number): Field {
  return new Field(name, toArrowType(type, nextId), true);
}

/** The fields of an Arrow schema, with the types of the language that hold them. */
export function toFileFields(schema: Schema): FileField[] {
  return schema.fields.map(({ name, type }) => ({
    name,
    type: toValueType(type),
    declared: `${type}`,
  }));
}

function toArrowType(type: ValueType, nextId: () => number): DataType {
  if (storageOf(type) === "symbol") return new Dictionary(new Utf8(), new Int32(), nextId());
  switch (type.kind) {
    case "bool":
      return new Bool();
    case "i32":
      return new Int32();
    case "i64":
      return new Int64();
    case "f32":
      return new Float32();
    case "timestamp":
      return new Timestamp(TimeUnit.MICROSECOND, "UTC");
    case "duration":
      return new Duration(TimeUnit.MICROSECOND);
    case "list":
      return new List(toArrowField("item", type.element, nextId));
    case "vector":
      return new FixedSizeList(type.length, new Field("item", new Float64(), true));
    case "struct":
      return new Struct(type.fields.map((field) => toArrowField(field.name, field.type, nextId)));
    case "map": {
      const key = new Field("key", toArrowType(type.key, nextId), false);
      const entry = new Struct([key, toArrowField("value", type.value, nextId)]);
      return new Map_(new Field("entries", entry, false) as Field<Struct>, true);
    }
    default:
      return new Float64();
  }
}

function toValueType(type: DataType): ValueType | undefined {
  if (DataType.isDictionary(type)) return toValueType(type.dictionary);
  if (DataType.isBool(type)) return { kind: "bool" };
  if (DataType.isInt(type)) {
    const bits = type.isSigned ? type.bitWidth : type.bitWidth + 1;
    return { kind: bits <= 32 ? "i32" : "i64" };
  }
  if (DataType.isFloat(type)) return { kind: type.precision === 2 ? "f64" : "f32" };
  if (DataType.isTimestamp(type) || DataType.isDate(type)) return { kind: "timestamp" };
  if (DataType.isDuration(type)) return { kind: "duration" };
  if (isListType(type)) {
    const element = toValueType(type.children[0]!.type);
    const isVector = DataType.isFixedSizeList(type) && DataType.isFloat(type.children[0]!.type);
    if (isVector) return { kind: "vector", length: type.listSize };
    return element && { kind: "list", element };
  }
  if (DataType.isStruct(type)) {
    const fields = toFields(type.children);
    return fields && { kind: "struct", fields };
  }
  if (DataType.isMap(type)) {
    const [key, value] = toFields(type.children[0]!.type.children) ?? [];
    return key && value && !isNested(key.type)
      ? { kind: "map", key: key.type, value: value.type }
      : undefined;
  }
  const isText = DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type);
  return isText || DataType.isNull(type) ? { kind: "string" } : undefined;
}

/** Lists with offsets of 32 or 64 bits, and those of one size. */
export function isListType(type: DataType): type is List | LargeList | FixedSizeList {
  return DataType.isList(type) || DataType.isLargeList(type) || DataType.isFixedSizeList(type);
}

/** The fields, or undefined if the language has no type for one. */
function toFields(fields: readonly Field[]): NamedType[] | undefined {
  const all = fields.flatMap(({ name, type }) => {
    const inner = toValueType(type);
    return inner ? [{ name, type: inner }] : [];
  });
  return all.length === fields.length ? all : undefined;
}
