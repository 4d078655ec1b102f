/** Features on requests in sets: which columns of the spine stand for the columns of the request. */
import { type Column, type Feature, requestOf, type SetFeature, storageOf } from "../../dsl/mod.ts";

/** The spine's column for each column of the feature's request that is no key; nothing for other features. */
export function requestColumnsOf(
  feature: Feature,
  spineColumn: (name: string) => string,
): Pick<SetFeature, "request"> {
  const request = requestOf({ kind: "feature", feature });
  if (request === undefined) return {};
  const names = request.columns.map(({ name }) => name)
    .filter((name) => !request.keys.includes(name));
  return { request: Object.fromEntries(names.map((name) => [name, spineColumn(name)])) };
}

/** A column that a feature on a request needs, by its name in the request and in the spine. */
export interface NeededColumn {
  readonly column: Column;
  readonly from: string;
}

/** All columns that are no keys. */
export function neededColumns({ feature, request = {} }: SetFeature): readonly NeededColumn[] {
  const columns = requestOf({ kind: "feature", feature })?.columns ?? [];
  return columns.flatMap((column) => {
    const from = request[column.name];
    return from === undefined ? [] : [{ column, from }];
  });
}

/** The first that the spine lacks or has in another type, and what the spine has. */
export function findMissing(
  set: SetFeature,
  available: readonly Column[],
): (NeededColumn & { readonly state: string }) | undefined {
  for (const needed of neededColumns(set)) {
    const found = available.find(({ name }) => name === needed.from);
    const { type } = needed.column;
    if (found && canStandFor(found.type, type)) continue;
    const state = found ? `as ${found.type.kind}, not ${type.kind}` : "not at all";
    return { ...needed, state };
  }
  return undefined;
}

/** Numbers are stored alike; nested values only where their types are equal. */
function canStandFor(found: Column["type"], wanted: Column["type"]): boolean {
  if (storageOf(found) !== storageOf(wanted)) return false;
  const nested = storageOf(found) === "packed";
  return !nested || JSON.stringify(found) === JSON.stringify(wanted);
}
