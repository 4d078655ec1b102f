/** Values that go into holes and come back from them. */
import type { ValueType } from "../../dsl/types.ts";
import { compareValues, isList, isMap, RowError, type Value } from "./value.ts";

/** As a function of the user's gets it: vectors as typed arrays. */
export function toForeign(value: Value, type: ValueType): unknown {
  if (type.kind === "vector" && isList(value)) {
    return Float64Array.from(value, (x) => Number(x ?? NaN));
  }
  if (type.kind === "list" && isList(value)) {
    return value.map((one) => toForeign(one, type.element));
  }
  return isMap(value) ? new Map(value) : value;
}

/** What a function of the user's gave, as its declared type has it. */
export function fromForeign(value: unknown, type: ValueType): Value {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case "list":
      return Array.from(value as Iterable<unknown>, (one) => fromForeign(one, type.element));
    case "vector":
      return Array.from(value as Iterable<number>);
    case "map": {
      const entries = value instanceof Map ? [...value] : Object.entries(value);
      return new Map(
        entries.map(([key, one]): [Value, Value] => [key as Value, fromForeign(one, type.value)])
          .toSorted(([a], [b]) => compareValues(a, b)),
      );
    }
    case "struct": {
      const fields = value as Readonly<Record<string, unknown>>;
      return Object.fromEntries(
        type.fields.map((field) => [field.name, fromForeign(fields[field.name], field.type)]),
      );
    }
    case "i64":
      if (typeof value === "bigint") {
        return Number.isSafeInteger(Number(value)) ? Number(value) : value;
      }
      if (typeof value === "number" && !Number.isNaN(value) && !Number.isSafeInteger(value)) {
        throw new RowError(`Cannot take ${value}: it is no integer`);
      }
      return value as Value;
    case "timestamp":
    case "duration":
      return Math.floor(Number(value));
    default:
      return value as Value;
  }
}
