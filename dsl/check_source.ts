/** Sources: columns, roles and clauses. */
import type { ColumnNode, ColumnRole, Identifier, SourceNode } from "./ast.ts";
import { checkExpression } from "./check_expression.ts";
import { expectDuration } from "./constant.ts";
import { didYouMean, type Report } from "./diagnostic.ts";
import { createMarks, type Scope } from "./scope.ts";
import type { Stream } from "./stream.ts";
import type { Source, SourceColumn } from "./typed_ast.ts";
import { printType, type ValueType } from "./types.ts";
import { isAssignable } from "./unify.ts";

export interface CheckedSource {
  /** Absent if anything is wrong. */
  readonly source?: Source;
  /** What features see of it, as far as it is right. */
  readonly stream: Stream;
}

const defaultIdleUs = 1_000_000;

/** Checks a source; `faults` tells how many mistakes are reported so far. */
export function checkSource(
  plugin: string,
  node: SourceNode,
  { report, faults }: { readonly report: Report; readonly faults: () => number },
): CheckedSource {
  const before = faults();
  const types = checkNames(node.columns, report);
  const columns = node.columns.map((column) => checkColumn(column, node, report));
  const time = findRole(node.columns, "time")[0];
  const sequence = findRole(node.columns, "sequence")[0];
  const keys = findRole(node.columns, "key").map(({ name }) => name.name);
  checkRoles(node, report);
  const clauses = checkClauses(node, types, report);
  const stream: Stream = {
    name: node.name.name,
    columns: types,
    keys: keys.map((name) => ({ name, type: types.get(name) ?? { kind: "string" } })),
    time: time?.name.name ?? "",
    ...(node.broken === true ? { open: true } : {}),
  };
  if (node.broken === true || faults() > before) return { stream };
  const source: Source = {
    plugin,
    name: node.name.name,
    ...(node.doc === undefined ? {} : { doc: node.doc }),
    columns: columns.filter((column) => column !== undefined),
    time: stream.time,
    keys,
    ...(sequence === undefined ? {} : { sequence: sequence.name.name }),
    ...clauses,
    selection: "",
  };
  return { source, stream: { ...stream, upstream: { kind: "source", source } } };
}

/** Types by name; a name that comes twice is reported. */
export function checkNames(
  columns: readonly ColumnNode[],
  report: Report,
): ReadonlyMap<string, ValueType | undefined> {
  const types = new Map<string, ValueType | undefined>();
  for (const { name, type } of columns) {
    if (types.has(name.name)) {
      report("E203", name, `The column "${name.name}" is defined twice`);
    } else types.set(name.name, type);
  }
  return types;
}

function checkColumn(
  node: ColumnNode,
  source: SourceNode,
  report: Report,
): SourceColumn | undefined {
  const { name, type, doc, computed } = node;
  const expression = computed === undefined
    ? undefined
    : checkExpression(computed, createColumnScope(node, source, report));
  if (type === undefined || (computed !== undefined && expression === undefined)) return undefined;
  if (computed !== undefined && expression !== undefined && !isAssignable(type, expression)) {
    const message = `The column "${name.name}" is ${printType(type)}, but its expression is ${
      printType(expression.type)
    }`;
    return report("E308", computed, message);
  }
  return {
    name: name.name,
    type,
    ...(doc === undefined ? {} : { doc }),
    ...(expression === undefined ? {} : { computed: expression }),
  };
}

/** A computed column sees the columns of the file, and computed ones above it. */
function createColumnScope(node: ColumnNode, source: SourceNode, report: Report): Scope {
  const above = source.columns.slice(0, source.columns.indexOf(node));
  const visible = source.columns.filter((column) =>
    column !== node && (column.computed === undefined || above.includes(column))
  );
  const name = source.name.name;
  return {
    report,
    place: "column",
    params: new Map(),
    lets: new Map(),
    outputs: new Set(),
    input: {
      name,
      columns: new Map(visible.map((column) => [column.name.name, column.type])),
      keys: [],
      time: "",
    },
    alias: name,
    joins: [],
    marks: createMarks(),
  };
}

function findRole(columns: readonly ColumnNode[], role: ColumnRole): readonly ColumnNode[] {
  return columns.filter((column) => column.roles.some((mark) => mark.role === role));
}

function checkRoles(node: SourceNode, report: Report): void {
  const { name, columns } = node;
  const [time, ...moreTimes] = findRole(columns, "time");
  const [sequence, ...moreSequences] = findRole(columns, "sequence");
  if (time === undefined && node.broken !== true) {
    const hint = "mark the column of the event time: ts timestamp time";
    report("E501", name, `The source "${name.name}" has no time`, hint);
  } else if (time?.type !== undefined && time.type.kind !== "timestamp") {
    const message = `The time is a timestamp, found ${printType(time.type)}`;
    report("E502", time.name, message, "the unit of a numeric time is set in the data source");
  }
  for (const column of [...moreTimes, ...moreSequences]) {
    report("E503", column.name, "A source has one time and at most one sequence");
  }
  if (sequence?.type !== undefined && !["i32", "i64"].includes(sequence.type.kind)) {
    report("E502", sequence.name, `A sequence is i32 or i64, found ${printType(sequence.type)}`);
  }
  for (const column of columns.filter(({ roles }) => roles.length > 1)) {
    report("E503", column.name, `The column "${column.name.name}" has more than one mark`);
  }
}

type Clauses = Pick<Source, "latenessUs" | "idleUs" | "unique">;

function checkClauses(
  node: SourceNode,
  types: ReadonlyMap<string, ValueType | undefined>,
  report: Report,
): Clauses {
  const { lateness, idle, unique } = node;
  const read = (clause: typeof lateness, what: string, otherwise: number) =>
    clause === undefined
      ? otherwise
      : expectDuration(clause, new Map(), { report, what, least: 0 }) ?? 0;
  const clauses = {
    latenessUs: read(lateness, "lateness", 0),
    idleUs: read(idle, "idle", defaultIdleUs),
  };
  if (unique === undefined) return clauses;
  const columns = unique.columns.filter((column) => isColumn(column, types, report));
  const withinUs = read(unique.within, "unique by", 0);
  return { ...clauses, unique: { columns: columns.map((column) => column.name), withinUs } };
}

function isColumn(
  { name, start, end }: Identifier,
  types: ReadonlyMap<string, ValueType | undefined>,
  report: Report,
): boolean {
  if (types.has(name)) return true;
  const hint = didYouMean(name, types.keys());
  report("E201", { start, end }, `Cannot find the column "${name}" in this source`, hint);
  return false;
}
