/** Sources and tables: columns, roles and clauses. */
import type { Identifier, SourceNode } from "./ast.ts";
import { expectDuration } from "./constant.ts";
import { didYouMean, type Report } from "./diagnostic.ts";
import { checkColumn, checkNames, listColumns } from "./source_columns.ts";
import { checkRoles, findRole } from "./source_roles.ts";
import type { Stream } from "./stream.ts";
import type { Source } from "./typed_ast.ts";
import { isNested, printType, type ValueType } from "./types.ts";

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
  const nodes = listColumns(node, report);
  const types = checkNames(nodes, report);
  const name = node.name.name;
  const columns = nodes.map((column) => checkColumn(column, { name, columns: nodes }, report));
  const nameOf = (role: "time" | "sequence" | "deleted") => findRole(nodes, role)[0]?.name.name;
  const sequence = nameOf("sequence");
  const keys = findRole(nodes, "key").map((column) => column.name.name);
  checkRoles(node, nodes, report);
  const clauses = checkClauses(node, types, report);
  const unknown = node.broken === true || node.schema?.hole.description.kind === "other";
  const stream: Stream = {
    name,
    columns: types,
    keys: keys.map((key) => ({ name: key, type: types.get(key) ?? { kind: "string" } })),
    time: nameOf("time") ?? "",
    ...(unknown ? { open: true } : {}),
  };
  if (node.broken === true || faults() > before) return { stream };
  const deleted = nameOf("deleted");
  const source: Source = {
    plugin,
    name,
    ...(node.table === true ? { table: deleted === undefined ? {} : { deleted } } : {}),
    ...(node.doc === undefined ? {} : { doc: node.doc }),
    columns: columns.filter((column) => column !== undefined),
    time: stream.time,
    keys,
    ...(sequence === undefined ? {} : { sequence }),
    ...clauses,
    selection: "",
  };
  return { source, stream: { ...stream, upstream: { kind: "source", source } } };
}

type Clauses = Pick<Source, "latenessUs" | "idleUs" | "unique" | "attributes">;

function checkClauses(
  node: SourceNode,
  types: ReadonlyMap<string, ValueType | undefined>,
  report: Report,
): Clauses {
  const { lateness, idle, unique, attributes } = node;
  const read = (clause: typeof lateness, what: string, otherwise: number) =>
    clause === undefined
      ? otherwise
      : expectDuration(clause, new Map(), { report, what, least: 0 }) ?? 0;
  const clauses = {
    latenessUs: read(lateness, "lateness", 0),
    idleUs: read(idle, "idle", defaultIdleUs),
    ...(attributes === undefined ? {} : { attributes: checkAttributes(attributes, report) }),
  };
  if (unique === undefined) return clauses;
  const columns = unique.columns.filter((column) => isColumn(column, types, report));
  const withinUs = read(unique.within, "unique by", 0);
  return { ...clauses, unique: { columns: columns.map((column) => column.name), withinUs } };
}

function checkAttributes(names: readonly Identifier[], report: Report): readonly string[] {
  const known = new Set<string>();
  for (const name of names) {
    if (known.has(name.name)) {
      report("E203", name, `The attribute "${name.name}" is named twice`);
    }
    known.add(name.name);
  }
  return [...known];
}

function isColumn(
  { name, start, end }: Identifier,
  types: ReadonlyMap<string, ValueType | undefined>,
  report: Report,
): boolean {
  const type = types.get(name);
  if (type !== undefined && isNested(type)) {
    report("E509", { start, end }, `Rows repeat by single values, found ${printType(type)}`);
    return false;
  }
  if (types.has(name)) return true;
  const hint = didYouMean(name, types.keys());
  report("E201", { start, end }, `Cannot find the column "${name}" in this source`, hint);
  return false;
}
