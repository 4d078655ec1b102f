/** What a set asks of a plan. */
import type { Column, Feature, Source, Upstream } from "../typed_ast.ts";
import type { Constant } from "./physical.ts";

/** A feature as a set reads it. */
export interface SetFeature {
  /** What its columns are called in the set: `name.column`. */
  readonly name: string;
  readonly feature: Feature;
  /** Where each key column comes from: a column of the spine, or a constant that pins it. */
  readonly keys: Readonly<Record<string, { readonly column: string } | { readonly pin: Constant }>>;
  /** For a feature on a request: the spine's column for each of the request's that is no key. */
  readonly request?: Readonly<Record<string, string>>;
}

export type Spine =
  /** Multiples of everyUs, with the keys that `of` has rows for; `pins` are the key columns it loses. */
  | {
    readonly kind: "grid";
    readonly everyUs: number;
    readonly of: Upstream;
    readonly pins: Readonly<Record<string, Constant>>;
  }
  /** A feature's or source's own rows; of pinned keys, those of the pin. */
  | {
    readonly kind: "rows";
    readonly of: Upstream;
    readonly pins: Readonly<Record<string, Constant>>;
  }
  /** Rows the user brings; they stand after all rows of their time. */
  | { readonly kind: "table"; readonly columns: readonly Column[] };

export interface SetRequest {
  readonly features: readonly SetFeature[];
  readonly label?: SetFeature & { readonly lookaheadUs: number };
  readonly spine: Spine | undefined;
  readonly startUs: number;
  readonly endUs: number;
  /** Features whose own rows are wanted too. */
  readonly rowsOf: readonly Feature[];
  readonly partitions: number;
  /** Sliding windows at least this long keep tiles instead of rows; a day by default. */
  readonly tiledFromUs?: number;
}

/** Every source below a stream, joined ones included. */
export function driversOf(upstream: Upstream): readonly Source[] {
  if (upstream.kind === "source") return [upstream.source];
  if (upstream.kind === "request") return [];
  const { input, members = [input], joins } = upstream.feature;
  return [...new Set([...members, ...joins.map(({ right }) => right)].flatMap(driversOf))];
}
