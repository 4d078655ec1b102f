/** The source that a connector fills, as it needs to know it. */
import { type Source, type ValueType } from "../../../dsl/mod.ts";
import type { ReadColumn, SymbolTable } from "../../arrow/mod.ts";
import type { ColumnMapping } from "../../set/mod.ts";

export interface PulledSource {
  readonly source: Source;
  readonly symbols: SymbolTable;
}

/** `plugin.source`. */
export function nameOf({ plugin, name }: Source): string {
  return `${plugin}.${name}`;
}

/** The columns that a push holds. */
export function pulledColumns(
  { columns }: Source,
): readonly { readonly name: string; readonly type: ValueType }[] {
  return columns.filter(({ computed }) => computed === undefined)
    .map(({ name, type }) => ({ name, type }));
}

/** The columns as they are found under their mapped names. */
export function readColumns(
  source: Source,
  mapping: Readonly<Record<string, ColumnMapping>>,
): readonly ReadColumn[] {
  return pulledColumns(source).map(({ name, type }) => {
    const { from = name, unit } = mapping[name] ?? {};
    return { name, type, from, ...(unit === undefined ? {} : { unit }) };
  });
}
