/** Binding: values for parameters, streams for formal inputs. */
import type { InputNode } from "./ast.ts";
import { createDuration, createLiteral, type Literal, toDurationUs } from "./constant.ts";
import { listNames } from "./diagnostic.ts";
import { printDuration } from "./duration.ts";
import type { Stream } from "./stream.ts";
import { type Column, type Feature, type OutputColumn, requestOf } from "./typed_ast.ts";
import { isNumeric, printType, type ValueType } from "./types.ts";
import { isAssignable } from "./unify.ts";

/** A mistake in what was bound, for whoever knows the place. */
export interface BindingFault {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** The value for a parameter, in the type of its default; or what is wrong with it. */
export function bindParameter(
  name: string,
  value: Literal,
  standard: Literal,
): Literal | BindingFault {
  const { kind } = standard.type;
  if (kind === "duration") {
    const micros = toDurationUs(value);
    if (micros !== undefined) return createDuration(micros);
  } else if (isNumeric(standard.type)) {
    if (typeof value.value === "number" && isNumeric(value.type) && isFinite(value.value)) {
      return kind === "f64" ? { ...value, type: standard.type } : createLiteral(value.value);
    }
  } else if (value.type.kind === kind) return value;
  const wanted = kind === "duration"
    ? 'a duration, such as "5m"'
    : `a value like ${JSON.stringify(standard.value)}`;
  const message = `Cannot set the parameter "${name}" to ${JSON.stringify(value.value)}`;
  return { code: "E703", message, hint: `it takes ${wanted}` };
}

/** A parameter's value as ids, configs and people see it. */
export function printParameter(literal: Literal): string | number | boolean {
  if (literal.type.kind === "duration") return printDuration(Number(literal.value));
  return literal.value ?? "null";
}

export function isFault(value: object): value is BindingFault {
  return "code" in value && "message" in value;
}

/** The columns of a formal input, taken from a stream: an implicit map feature but for its id. */
export function bindInput(
  input: InputNode,
  stream: Stream,
  options: { readonly plugin: string; readonly column?: string },
): Omit<Feature, "id"> | BindingFault {
  const { upstream, keys, time } = stream;
  if (upstream === undefined) {
    const message = `Cannot bind "${input.name.name}": "${stream.name}" has mistakes`;
    return { code: "E705", message };
  }
  const missing = checkMarked(input, stream);
  if (missing !== undefined) return missing;
  const values = valueColumns(input);
  const outputs: OutputColumn[] = [];
  for (const { name, type } of values) {
    if (type === undefined) continue;
    const found = findColumn({ name: name.name, type }, input, stream, options.column);
    if (isFault(found)) return found;
    const { name: from, type: actual } = found;
    const expression = { kind: "column" as const, type: actual, from: -1, name: from };
    outputs.push({ name: name.name, type, expression });
  }
  const taken = [...keys.map((key) => key.name), time];
  const clash = outputs.find(({ name }) => taken.includes(name));
  if (clash !== undefined) {
    const message = `${cannotBind(input, stream)}: ` +
      `its column "${clash.name}" has the name of a key or of the time there`;
    return { code: "E209", message };
  }
  const { plugin } = options;
  const name = input.name.name;
  const rest = { joins: [], keys, rekeyed: false, outputs, time };
  const form = requestOf(upstream) === undefined ? "map" : "request";
  return { plugin, name, params: {}, form, input: upstream, ...rest };
}

/** A declared key must be one of the stream's, and a declared time must have its name. */
function checkMarked(input: InputNode, stream: Stream): BindingFault | undefined {
  for (const { name: { name }, type, roles } of input.columns) {
    const found = stream.keys.find((key) => key.name === name);
    const fits = type !== undefined && found !== undefined && isCompatible(type, found.type);
    const [mark] = roles;
    if (mark?.role === "key" && !fits) {
      const known = stream.keys.map((key) => `${key.name} ${printType(key.type)}`).join(", ");
      const message = `${cannotBind(input, stream)}: it has no key "${name}" of this type`;
      return { code: "E705", message, hint: `its keys are ${known || "none"}` };
    }
    if (mark?.role === "time" && stream.time !== name) {
      const message = `${cannotBind(input, stream)}: its time is called "${stream.time}"`;
      return { code: "E705", message, hint: `leave the time out of the input, or rename it` };
    }
  }
  return undefined;
}

/** Columns that are neither key nor time. */
function valueColumns({ columns }: InputNode): InputNode["columns"] {
  return columns.filter(({ roles }) => roles.length === 0);
}

function findColumn(
  declared: Column,
  input: InputNode,
  stream: Stream,
  column: string | undefined,
): Column | BindingFault {
  const several = valueColumns(input).length > 1;
  if (column !== undefined && several) {
    const message = `${cannotBind(input, stream)}: one column cannot fill several`;
    return { code: "E705", message, hint: "leave the column out: each is found by its name" };
  }
  const wanted = column ?? (several ? declared.name : undefined);
  return wanted === undefined
    ? findOnlyColumn(declared, input, stream)
    : findNamedColumn(wanted, declared, { input, stream });
}

function findOnlyColumn(declared: Column, input: InputNode, stream: Stream): Column | BindingFault {
  const fits = valuesOf(stream).filter(({ type }) => isCompatible(declared.type, type));
  const same = fits.find(({ name }) => name === declared.name);
  const only = fits.length === 1 ? fits[0] : same;
  if (only !== undefined) return only;
  const bound = cannotBind(input, stream);
  if (fits.length === 0) {
    return { code: "E705", message: `${bound}: it has no ${printType(declared.type)} column` };
  }
  const hint = `one of ${listNames(fits.map(({ name }) => name))}`;
  return { code: "E705", message: `${bound}: say which column`, hint };
}

function findNamedColumn(
  wanted: string,
  declared: Column,
  { input, stream }: { readonly input: InputNode; readonly stream: Stream },
): Column | BindingFault {
  // Keys and time fill an input only where they are named.
  const columns = [...stream.columns].flatMap(([name, type]) => type ? [{ name, type }] : []);
  const found = columns.find(({ name }) => name === wanted);
  if (found !== undefined && isCompatible(declared.type, found.type)) return found;
  const why = found === undefined
    ? `it has no column "${wanted}"`
    : `its column "${wanted}" is ${printType(found.type)}, not ${printType(declared.type)}`;
  const fits = columns.filter(({ type }) => isCompatible(declared.type, type));
  const names = fits.length === 0 ? "none" : listNames(fits.map(({ name }) => name));
  const message = `${cannotBind(input, stream)}: ${why}`;
  return { code: "E705", message, hint: `columns that fit: ${names}` };
}

function cannotBind(input: InputNode, stream: Stream): string {
  return `Cannot bind "${input.name.name}" to "${stream.name}"`;
}

function valuesOf({ columns, keys, time }: Stream): readonly Column[] {
  const skipped = new Set([...keys.map((key) => key.name), time]);
  return [...columns].flatMap(([name, type]) =>
    type === undefined || skipped.has(name) ? [] : [{ name, type }]
  );
}

function isCompatible(declared: ValueType, actual: ValueType): boolean {
  return isAssignable(declared, { kind: "column", type: actual, from: -1, name: "" });
}
