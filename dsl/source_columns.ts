/** Columns of a source: those of its body, and those of its schema. */
import type { ColumnNode, SourceNode } from "./ast.ts";
import { checkExpression } from "./check_expression.ts";
import { didYouMean, type Report } from "./diagnostic.ts";
import { createMarks, type Scope } from "./scope.ts";
import type { SourceColumn } from "./typed_ast.ts";
import { printType, type ValueType } from "./types.ts";
import { isAssignable } from "./unify.ts";

/** The columns with those of the schema first; what the body says of them stands beside them. */
export function listColumns(node: SourceNode, report: Report): readonly ColumnNode[] {
  const { schema, columns } = node;
  if (schema === undefined) return columns;
  const { description } = schema.hole;
  if (description.kind !== "schema") {
    const hint = "a zod schema of an object: z.object({ price: z.number() })";
    report("E701", schema, "Expected a schema in this hole", hint);
    return columns.filter(({ type }) => type !== undefined);
  }
  for (const { name, text } of description.faults) {
    const hint = "a column has a type of the language: leave the field out of the schema";
    report("E709", schema, `The field "${name}" of the schema has no type here: ${text}`, hint);
  }
  const span = { start: schema.start, end: schema.end };
  const own = columns.filter(({ type }) => type === undefined);
  const declared = description.columns.map(({ name, type, doc }): ColumnNode => {
    const said = own.find((column) => column.name.name === name);
    const described = said?.doc ?? doc;
    return {
      ...(said ?? { name: { name, ...span }, roles: [], ...span }),
      type,
      ...(described === undefined ? {} : { doc: described }),
    };
  });
  const known = [...description.columns, ...description.faults].map(({ name }) => name);
  for (const { name } of own.filter((column) => !known.includes(column.name.name))) {
    const hint = didYouMean(name.name, known) ?? "a column that the schema lacks needs a type";
    report("E201", name, `Cannot find the column "${name.name}" in the schema`, hint);
  }
  return [...declared, ...columns.filter(({ type }) => type !== undefined)];
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

/** A column with its expression typed; undefined, reported, if it is wrong. */
export function checkColumn(
  node: ColumnNode,
  source: { readonly name: string; readonly columns: readonly ColumnNode[] },
  report: Report,
): SourceColumn | undefined {
  const { name, type, doc, computed } = node;
  const expression = computed && checkExpression(computed, createColumnScope(node, source, report));
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
function createColumnScope(
  node: ColumnNode,
  { name, columns }: { readonly name: string; readonly columns: readonly ColumnNode[] },
  report: Report,
): Scope {
  const above = columns.slice(0, columns.indexOf(node));
  const visible = columns.filter((column) =>
    column !== node && (column.computed === undefined || above.includes(column))
  );
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
