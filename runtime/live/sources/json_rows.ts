/** Rows out of JSON messages, by the paths of a config. */
import type { FileBlock } from "../../arrow/mod.ts";
import { type ColumnMapping, type JsonPath, type JsonStep, parseJsonPath } from "../../set/mod.ts";
import { ObjectRows, parseJson } from "../../source/mod.ts";
import { type PulledSource, readColumns } from "./pulled_source.ts";

export interface JsonMapping {
  /** JSON path to the rows in a message; absent: the message is the row, or a list of them. */
  readonly rows?: string;
  readonly columns: Readonly<Record<string, ColumnMapping>>;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A row before its cells are read: its values by column, or why there are none. */
export type JsonRow = Readonly<Record<string, unknown>> | string;

type Find = (message: unknown, row: unknown) => unknown;

/** Finds rows in messages, and makes batches of them. */
export class JsonRows {
  readonly #rowsPath: readonly JsonStep[] | undefined;
  readonly #finds: readonly (readonly [string, Find])[];
  readonly #attributes: readonly (readonly [string, string])[];
  readonly #rows: ObjectRows;

  constructor({ source, symbols }: PulledSource, mapping: JsonMapping) {
    const columns = readColumns(source, mapping.columns);
    this.#rowsPath = mapping.rows === undefined ? undefined : pathOf(mapping.rows).steps;
    this.#finds = columns.map(({ name, from }) => {
      const isMapped = mapping.columns[name]?.from !== undefined;
      const { isRooted, steps } = isMapped ? pathOf(from) : { isRooted: false, steps: [name] };
      return [name, (message, row) => one(isRooted ? message : row, steps)];
    });
    this.#attributes = Object.entries(mapping.attributes)
      .filter(([name]) => columns.some((column) => column.name === name));
    this.#rows = new ObjectRows(
      columns.map((column) => ({ ...column, from: column.name })),
      symbols,
    );
  }

  /** The rows of a message; a message that is no JSON is one row that cannot be read. */
  rowsOf(text: string): readonly JsonRow[] {
    let message: unknown;
    try {
      message = parseJson(text);
    } catch {
      return ["Cannot read the message: it is no JSON"];
    }
    const found = this.#rowsPath === undefined
      ? (Array.isArray(message) ? message : [message])
      : all(message, this.#rowsPath);
    return found.map((row) => this.#rowOf(message, row));
  }

  read(rows: readonly JsonRow[]): FileBlock {
    return this.#rows.read(rows);
  }

  #rowOf(message: unknown, row: unknown): JsonRow {
    if (typeof row !== "object" || row === null) {
      return "Cannot read the row: it is no JSON object or list";
    }
    const values: Record<string, unknown> = {};
    for (const [name, find] of this.#finds) values[name] = find(message, row);
    for (const [name, value] of this.#attributes) {
      const own = values[name];
      if (own !== undefined && own !== null && String(own) !== value) {
        return `Cannot read the row: it has another "${name}" than the attribute says`;
      }
      values[name] = value;
    }
    return values;
  }
}

function pathOf(text: string): JsonPath {
  const path = parseJsonPath(text);
  if (path === undefined) throw new RangeError(`Cannot follow "${text}": it is no JSON path`);
  return path;
}

/** The value that steps without `[*]` lead to. */
function one(value: unknown, steps: readonly JsonStep[]): unknown {
  for (const step of steps) value = typeof step === "object" ? undefined : member(value, step);
  return value;
}

/** The values that steps lead to; a list at the end stands for its elements. */
function all(value: unknown, steps: readonly JsonStep[]): readonly unknown[] {
  let found: unknown[] = [value];
  for (const step of steps) {
    found = found.flatMap((each) => {
      if (typeof step === "object") return Array.isArray(each) ? each : [];
      const inner = member(each, step);
      return inner === undefined ? [] : [inner];
    });
  }
  const isEvery = typeof steps.at(-1) === "object";
  return isEvery ? found : found.flatMap((each) => Array.isArray(each) ? each : [each]);
}

function member(value: unknown, step: string | number): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
  return (value as Record<string | number, unknown>)[step];
}
