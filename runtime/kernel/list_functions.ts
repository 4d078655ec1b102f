/**
 * Built-in functions over lists, maps and vectors. Arguments are words: an address and the words it points
 * into, then numbers or codes; none is null. Results are numbers (null is NaN) or addresses in the heap (null is 0).
 */
import { type NestedType, storageOf, type ValueType } from "../../dsl/types.ts";
import { type PackedHeap, sizeOf } from "./packed.ts";

type ListFunction = (...args: never[]) => number;

/** Throws for an i64 that only stands for itself. */
/** Throws, or gives the null that stands for what cannot be computed. */
type Refuse = (value: number) => number;

interface Signature {
  readonly name: string;
  readonly arguments: readonly ValueType[];
  readonly type: ValueType;
}

/** The function's body, or undefined if it is none over lists, maps or vectors. */
export function createListFunction(
  { name, arguments: [first], type }: Signature,
  { heap, beyond }: { readonly heap: PackedHeap; readonly beyond: Refuse },
): ListFunction | undefined {
  if (first === undefined || storageOf(first) !== "packed") return undefined;
  const operand = first as NestedType;
  switch (name) {
    case "length":
      return (address: number, words: Float64Array) => countOf(operand, words, address);
    case "contains":
      return (address: number, words: Float64Array, item: number) =>
        indexOf(operand, { words, address, item }) < 0 ? 0 : 1;
    case "index_of":
      return (address: number, words: Float64Array, item: number) => {
        const index = indexOf(operand, { words, address, item });
        return index < 0 ? NaN : index;
      };
    case "keys":
    case "values":
      return partsOfMap(operand, name, heap);
    case "dot":
    case "norm":
      return name === "dot" ? dot(operand) : norm(operand);
    case "cast":
      return castList(operand, type, { heap, beyond });
    default:
      return summary(name, operand, beyond);
  }
}

function countOf(type: NestedType, words: Float64Array, address: number): number {
  return type.kind === "vector" ? type.length : words[address]!;
}

function indexOf(
  type: NestedType,
  { words, address, item }: { words: Float64Array; address: number; item: number },
): number {
  const count = countOf(type, words, address);
  for (let j = 0; j < count; j++) if (words[address + 1 + j] === item) return j;
  return -1;
}

function partsOfMap(type: NestedType, part: "keys" | "values", heap: PackedHeap): ListFunction {
  if (type.kind !== "map") {
    throw new RangeError(`Cannot take ${part} of a ${type.kind}: it is no map`);
  }
  return (address: number, words: Float64Array) => {
    const count = words[address]!;
    const valuesSize = sizeOf(type, words, address) - 1 - count;
    const made = heap.alloc(1 + (part === "keys" ? count : valuesSize));
    const out = heap.words;
    out[made] = count;
    let [from, to] = [address + 1, made + 1];
    for (let j = 0; j < count; j++) {
      const size = sizeOf(type.value, words, from + 1);
      if (part === "keys") out[to++] = words[from]!;
      else for (let word = 1; word <= size; word++) out[to++] = words[from + word]!;
      from += 1 + size;
    }
    return made;
  };
}

function dot(type: NestedType): ListFunction {
  return (a: number, left: Float64Array, b: number, right: Float64Array) => {
    const count = countOf(type, left, a);
    let sum = 0;
    for (let j = 1; j <= count; j++) sum += left[a + j]! * right[b + j]!;
    return sum;
  };
}

function norm(type: NestedType): ListFunction {
  return (address: number, words: Float64Array) => {
    const count = countOf(type, words, address);
    let sum = 0;
    for (let j = 1; j <= count; j++) sum += words[address + j]! * words[address + j]!;
    return Math.sqrt(sum);
  };
}

/** `sum_list` and the like: nulls are skipped; of nothing the sum is 0, all else null. */
function summary(name: string, type: NestedType, beyond: Refuse): ListFunction | undefined {
  if (!["sum_list", "avg_list", "min_list", "max_list"].includes(name)) return undefined;
  const most = exactMost(type);
  return (address: number, words: Float64Array) => {
    const end = address + countOf(type, words, address);
    let [count, sum, smallest, largest] = [0, 0, NaN, NaN];
    for (let place = address + 1; place <= end; place++) {
      const x = words[place]!;
      if (x !== x) continue;
      if (x > most) return beyond(x);
      count++;
      sum += x;
      if (!(smallest <= x)) smallest = x;
      if (!(largest >= x)) largest = x;
    }
    if (name === "sum_list") return sum;
    return name === "avg_list" ? sum / count : name === "min_list" ? smallest : largest;
  };
}

/** The largest element that may be computed with. */
function exactMost(type: NestedType): number {
  return type.kind === "list" && type.element.kind === "i64" ? Number.MAX_SAFE_INTEGER : Infinity;
}

/** A list is a vector if it has its length and no null. */
function castList(
  from: NestedType,
  to: ValueType,
  { heap, beyond }: { readonly heap: PackedHeap; readonly beyond: Refuse },
): ListFunction | undefined {
  if (to.kind !== "vector" && to.kind !== "list") return undefined;
  const most = exactMost(from);
  return (address: number, words: Float64Array) => {
    const count = countOf(from, words, address);
    if (to.kind === "vector" && count !== to.length) return 0;
    for (let j = 1; to.kind === "vector" && from.kind === "list" && j <= count; j++) {
      const x = words[address + j]!;
      if (x !== x) return 0;
      if (x > most) return beyond(x) || 0;
    }
    const made = heap.alloc(1 + count);
    const out = heap.words;
    out[made] = to.kind === "vector" ? 1 : count;
    for (let j = 1; j <= count; j++) out[made + j] = words[address + j]!;
    return made;
  };
}
