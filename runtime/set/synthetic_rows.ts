/** Rows of a synthetic source: functions of seed and index. */
import { type Source, storageOf, type ValueType } from "../../dsl/mod.ts";
import {
  asFlat,
  type Batch,
  type ColumnData,
  createColumn,
  type SymbolTable,
} from "../arrow/mod.ts";
import { FeaturizerError } from "../errors.ts";
import type { SyntheticSource } from "./config_source_types.ts";
import { poisson, uniform, walk } from "./seeded_values.ts";

/** The source that is filled, whole. */
export interface SyntheticTarget {
  readonly source: Source;
  readonly symbols: SymbolTable;
}

/** Values of one column: of an index, or of its key's number. */
type Fill = (index: number, timeUs: number) => number;

/** Makes the rows with the given indices and times. */
export class SyntheticRows {
  readonly #types: readonly ValueType[];
  readonly #fills: readonly Fill[];

  constructor(config: SyntheticSource, { source, symbols }: SyntheticTarget) {
    const columns = source.columns.filter(({ computed }) => computed === undefined);
    if (!columns.some(({ name }) => name === source.time)) throw timeComputed(source);
    this.#types = columns.map(({ type }) => type);
    this.#fills = columns.map(({ name, type }, place) => {
      if (storageOf(type) === "packed") throw notMade(source, name, type);
      const attribute = config.attributes[name];
      if (attribute !== undefined) return attributeFill(attribute, type, symbols);
      if (name === source.time) return (_, timeUs) => timeUs;
      if (source.keys.includes(name)) return keyFill(config, type, symbols);
      return valueFill(config, { type, place, symbols });
    });
  }

  make(first: number, times: Float64Array): Batch {
    const columns = this.#types.map((type, place): ColumnData => {
      const column = asFlat(createColumn(type, times.length));
      const fill = this.#fills[place]!;
      for (let row = 0; row < times.length; row++) column[row] = fill(first + row, times[row]!);
      return column;
    });
    return { length: times.length, columns };
  }
}

/** Keys take turns, so that each is as frequent as every other. */
function keyFill({ keys }: SyntheticSource, type: ValueType, symbols: SymbolTable): Fill {
  if (storageOf(type) === "number") return (index) => index % keys;
  if (type.kind === "enum") {
    const codes = type.values.map((value) => symbols.intern(value));
    return (index) => codes[index % keys % codes.length]!;
  }
  const codes = new Int32Array(keys).fill(-1);
  return (index) => {
    const key = index % keys;
    if (codes[key] === -1) codes[key] = symbols.intern(`k${key}`);
    return codes[key]!;
  };
}

interface ValueColumn {
  readonly type: ValueType;
  readonly place: number;
  readonly symbols: SymbolTable;
}

function valueFill(config: SyntheticSource, { type, place, symbols }: ValueColumn): Fill {
  const { seed, mean } = config;
  const value = generatorOf(config, place);
  switch (type.kind) {
    case "string":
    case "enum": {
      const texts = type.kind === "enum" ? type.values : ["a", "b", "c", "d"];
      const codes = texts.map((text) => symbols.intern(text));
      return (index) => codes[Math.floor(uniform(seed, index, streamOf(place)) * codes.length)]!;
    }
    case "bool":
      return (index) => value(index) > mean ? 1 : 0;
    case "i32":
    case "i64":
    case "timestamp":
    case "duration":
      return (index) => Math.round(value(index));
    case "f32":
      return (index) => Math.fround(value(index));
    default:
      return value;
  }
}

function generatorOf(config: SyntheticSource, place: number): (index: number) => number {
  const { seed, keys, mean, amplitude, periodUs, step, ratePerSecond } = config;
  const stream = streamOf(place);
  switch (config.generator) {
    case "sine": {
      const turnPerRow = 1_000_000 / ratePerSecond / periodUs;
      return (index) => {
        const phase = uniform(seed, index % keys, stream);
        return mean + amplitude * Math.sin(2 * Math.PI * (index * turnPerRow + phase));
      };
    }
    case "random_walk":
      return (index) =>
        mean + step * walk(seed, Math.floor(index / keys), stream + STREAMS * (1 + index % keys));
    case "poisson":
      return (index) => poisson(mean, seed, index, stream);
  }
}

/** Columns draw from streams of chance of their own. */
const STREAMS = 1024;

function streamOf(place: number): number {
  return place + 1;
}

function attributeFill(text: string, type: ValueType, symbols: SymbolTable): Fill {
  const value = storageOf(type) === "symbol" ? symbols.intern(text) : Number(text);
  return () => value;
}

function nameOf({ plugin, name }: Source): string {
  return `${plugin}.${name}`;
}

function timeComputed(source: Source): FeaturizerError {
  return new FeaturizerError(`Cannot make rows for "${nameOf(source)}": its time is computed`, {
    code: "SYNTHETIC_TIME_COMPUTED",
    hint: "Give the source a time column that is not computed.",
  });
}

function notMade(source: Source, column: string, { kind }: ValueType): FeaturizerError {
  return new FeaturizerError(
    `Cannot make rows for "${nameOf(source)}": its column "${column}" is a ${kind}`,
    {
      code: "SYNTHETIC_NESTED",
      hint: "Synthetic sources fill columns of numbers, times, booleans and texts.",
    },
  );
}
