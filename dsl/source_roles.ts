/** Marks of columns: the time, the keys, the sequence, and in a table what deletes. */
import type { ColumnNode, ColumnRole, SourceNode } from "./ast.ts";
import type { Report } from "./diagnostic.ts";
import { isNested, printType } from "./types.ts";

/** Columns that carry a mark. */
export function findRole(columns: readonly ColumnNode[], role: ColumnRole): readonly ColumnNode[] {
  return columns.filter((column) => column.roles.some((mark) => mark.role === role));
}

/** Reports marks that are missing, too many or on the wrong type. */
export function checkRoles(
  node: SourceNode,
  columns: readonly ColumnNode[],
  report: Report,
): void {
  checkTime(node, columns, report);
  checkDeleted(node, columns, report);
  const keys = findRole(columns, "key");
  if (node.table === true && keys.length === 0 && node.broken !== true) {
    const hint = "mark the column that names a row: id string key";
    report("E507", node.name, `The table "${node.name.name}" has no key`, hint);
  }
  for (const { name, type } of keys) {
    if (type === undefined || !isNested(type)) continue;
    report("E509", name, `A key is a single value, found ${printType(type)}`);
  }
  for (const column of columns.filter(({ roles }) => roles.length > 1)) {
    report("E503", column.name, `The column "${column.name.name}" has more than one mark`);
  }
}

function checkTime(
  { name, table, broken }: SourceNode,
  columns: readonly ColumnNode[],
  report: Report,
): void {
  const what = table === true ? "table" : "source";
  const [time, ...moreTimes] = findRole(columns, "time");
  const [sequence, ...moreSequences] = findRole(columns, "sequence");
  if (time === undefined && broken !== true) {
    const hint = "mark the column of the event time: ts timestamp time";
    report("E501", name, `The ${what} "${name.name}" has no time`, hint);
  } else if (time?.type !== undefined && time.type.kind !== "timestamp") {
    const message = `The time is a timestamp, found ${printType(time.type)}`;
    report("E502", time.name, message, "the unit of a numeric time is set in the data source");
  }
  for (const column of [...moreTimes, ...moreSequences]) {
    report("E503", column.name, `A ${what} has one time and at most one sequence`);
  }
  if (sequence?.type !== undefined && !["i32", "i64"].includes(sequence.type.kind)) {
    report("E502", sequence.name, `A sequence is i32 or i64, found ${printType(sequence.type)}`);
  }
}

function checkDeleted(
  { table }: SourceNode,
  columns: readonly ColumnNode[],
  report: Report,
): void {
  const [deleted, ...more] = findRole(columns, "deleted");
  if (deleted === undefined) return;
  if (table !== true) {
    const hint = "write table, not source, for rows that replace and delete each other";
    report("E508", deleted.name, "Only a column of a table can be marked deleted", hint);
  } else if (deleted.type !== undefined && deleted.type.kind !== "bool") {
    const message = `The column that deletes is bool, found ${printType(deleted.type)}`;
    report("E502", deleted.name, message);
  }
  for (const column of more) report("E503", column.name, "A table has one column that deletes");
}
