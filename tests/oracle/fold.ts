/** The rows a reducer of the user's makes. */
import { columnsOf, type Feature } from "../../dsl/typed_ast.ts";
import { called } from "./expression.ts";
import { fromForeign, toForeign } from "./foreign.ts";
import type { Cells } from "./value.ts";

type Reduce = (state: unknown, row: unknown, params: unknown) => unknown;
type Reducer = Reduce | { init(params: unknown): unknown; reduce: Reduce };

interface FoldRow {
  readonly cells: Cells;
  readonly matches: readonly (Cells | undefined)[];
  readonly life: number;
}

/** The reducer's outputs at each row of a key, undefined where it gave no row. */
export function foldRows(
  feature: Feature,
  rows: readonly FoldRow[],
  reducer: Reducer,
): readonly (Cells | undefined)[] {
  const { outputs, fold } = feature;
  const params = fold?.params ?? {};
  const reduce: Reduce = typeof reducer === "function" ? reducer : reducer.reduce.bind(reducer);
  const start = () => typeof reducer === "function" ? {} : reducer.init(params);
  let state: unknown, life = -1;
  return rows.map((row) => {
    if (row.life !== life) state = called("init", start);
    life = row.life;
    const given = called(
      fold?.name ?? "fold",
      () => reduce(state, rowObject(feature, row), params),
    );
    if (given === null || given === undefined) return undefined;
    const fields = given as Readonly<Record<string, unknown>>;
    return Object.fromEntries(
      outputs.map(({ name, type }) => [name, fromForeign(fields[name], type)]),
    );
  });
}

function rowObject({ input, joins }: Feature, { cells, matches }: FoldRow): unknown {
  const objectOf = (upstream: Feature["input"], of: Cells | undefined) =>
    Object.fromEntries(
      columnsOf(upstream).map(({ name, type }) => [name, toForeign(of?.[name] ?? null, type)]),
    );
  const joined = joins.map(({ alias, right }, i) => [alias, objectOf(right, matches[i])]);
  return { ...objectOf(input, cells), ...Object.fromEntries(joined) };
}
