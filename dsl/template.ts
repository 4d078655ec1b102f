/** A plugin's template as plain data: what crosses from the sandbox, where it was evaluated, to the compiler. */

import type { ValueType } from "./types.ts";

export type HoleDescription =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "function"; readonly name: string; readonly arity: number }
  /** `${other.mid_price}` or `${other.mid_price({window: "5m"})}`. */
  | {
    readonly kind: "stream";
    readonly plugin: string;
    readonly name: string;
    readonly params: Readonly<Record<string, string | number | boolean>>;
  }
  /** `{ init, add, result }`: an aggregate of the user's. */
  | {
    readonly kind: "aggregate";
    readonly name: string;
    readonly hasMerge: boolean;
    readonly hasRemove: boolean;
  }
  /** `{ init, reduce }`: a reducer with a first state of its own. */
  | { readonly kind: "fold"; readonly name: string }
  | {
    readonly kind: "schema";
    readonly columns: readonly SchemaColumn[];
    /** Fields that have no type of the language. */
    readonly faults: readonly { readonly name: string; readonly text: string }[];
  }
  /** Anything else; using it is a diagnostic. */
  | { readonly kind: "other"; readonly text: string };

/** A column that a schema of TypeScript declares. */
export interface SchemaColumn {
  readonly name: string;
  readonly type: ValueType;
  readonly doc?: string;
}

export interface TemplateDescription {
  readonly name: string;
  /** `strings.raw`: one more than holes. */
  readonly raw: readonly string[];
  readonly holes: readonly HoleDescription[];
}

/** A template with the module text it came from, for diagnostics that point into the user's file. */
export interface PluginText extends TemplateDescription {
  /** Path as the user would write it. */
  readonly file: string;
  /** The module's TypeScript text. */
  readonly text: string;
  /** Hash of the plugin's bundle: identity of its function holes. */
  readonly bundleHash: string;
  /** Version of the project that the plugin belongs to. */
  readonly version?: string;
}
