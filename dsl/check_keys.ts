/** The keys of a feature: its input's, or those after `by`. */
import type { FeatureNode } from "./ast.ts";
import { didYouMean, type Report } from "./diagnostic.ts";
import type { Stream } from "./stream.ts";
import type { Column } from "./typed_ast.ts";
import { isNested, printType } from "./types.ts";

/** The key columns, those that are right. */
export function checkKeys(node: FeatureNode, input: Stream, report: Report): readonly Column[] {
  if (node.by === undefined) return input.keys;
  const keys: Column[] = [];
  for (const name of node.by) {
    const type = input.columns.get(name.name);
    if (keys.some((key) => key.name === name.name)) {
      report("E203", name, `The key "${name.name}" is named twice`);
    } else if (name.name === input.time) {
      report("E209", name, `The time "${name.name}" cannot be a key`);
    } else if (type !== undefined && isNested(type)) {
      const hint = "take a field or an element of it in a feature below";
      report("E509", name, `A key is a single value, found ${printType(type)}`, hint);
    } else if (type !== undefined) keys.push({ name: name.name, type });
    else if (input.open !== true && !input.columns.has(name.name)) {
      const hint = didYouMean(name.name, input.columns.keys());
      const message = `Cannot find the column "${name.name}" in "${input.name}"`;
      report("E201", name, message, hint);
    }
  }
  return keys;
}
