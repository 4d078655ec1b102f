/** Formal inputs to which nothing is bound yet. */
import type { InputNode } from "./ast.ts";
import type { Report } from "./diagnostic.ts";
import { checkNames } from "./source_columns.ts";
import { findRole } from "./source_roles.ts";
import type { Stream } from "./stream.ts";
import { isNested, printType } from "./types.ts";

/** The columns of a formal input; its rows, and keys it does not name, are those of what will be bound. */
export function checkInput(node: InputNode, report: Report): Stream {
  const columns = checkNames(node.columns, report);
  const keys = findRole(node.columns, "key").flatMap(({ name, type }) =>
    type === undefined ? [] : [{ name: name.name, type, span: name }]
  );
  for (const { type, span } of keys) {
    if (isNested(type)) report("E509", span, `A key is a single value, found ${printType(type)}`);
  }
  const [time, second] = findRole(node.columns, "time");
  if (second !== undefined) report("E503", second.name, "An input has at most one time");
  if (time?.type !== undefined && time.type.kind !== "timestamp") {
    report("E502", time.name, `The time is a timestamp, found ${printType(time.type)}`);
  }
  for (const { name } of node.columns.filter(({ roles }) => roles.length > 1)) {
    report("E503", name, `The column "${name.name}" has more than one mark`);
  }
  return {
    name: node.name.name,
    columns,
    keys: keys.map(({ name, type }) => ({ name, type })),
    time: time?.name.name ?? "",
    ...(node.broken === true ? { open: true } : {}),
  };
}
