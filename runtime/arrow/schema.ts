/** The engine's column types and Arrow's. */
import {
  Bool,
  DataType,
  Dictionary,
  Duration,
  Field,
  Float32,
  Float64,
  Int32,
  Int64,
  Schema,
  Timestamp,
  TimeUnit,
  Utf8,
} from "apache-arrow";
import { type Column, storageOf, type ValueType } from "../../dsl/mod.ts";

/** A column as a file declares it. */
export interface FileField {
  readonly name: string;
  /** The type to read it as, or undefined if no type of the language holds it. */
  readonly type: ValueType | undefined;
  /** The file's own name of the type. */
  readonly declared: string;
}

/** The Arrow schema of a result; the n-th column's dictionary has id n. */
export function toArrowSchema(columns: readonly Column[]): Schema {
  return new Schema(
    columns.map(({ name, type }, index) => new Field(name, toArrowType(type, index), true)),
  );
}

/** The fields of an Arrow schema, with the types of the language that hold them. */
export function toFileFields(schema: Schema): FileField[] {
  return schema.fields.map(({ name, type }) => ({
    name,
    type: toValueType(type),
    declared: `${type}`,
  }));
}

function toArrowType(type: ValueType, index: number): DataType {
  if (storageOf(type) === "symbol") return new Dictionary(new Utf8(), new Int32(), index);
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
  const isText = DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type);
  return isText || DataType.isNull(type) ? { kind: "string" } : undefined;
}
