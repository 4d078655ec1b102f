/** A plugin's template as plain data: what crosses from the sandbox, where it was evaluated, to the compiler. */

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
  /** Anything else; using it is a diagnostic. */
  | { readonly kind: "other"; readonly text: string };

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
}
