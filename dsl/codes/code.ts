/** What is known of one code of a diagnostic. */

export interface DiagnosticCode {
  /** Stable: `E201`. */
  readonly code: string;
  readonly title: string;
  /** What to do about it. */
  readonly advice: string;
  /** Text of a plugin, below the sample sources, that gives this code and no other. */
  readonly example: string;
  /** The mistake is in a request for this feature. */
  readonly request?: string;
  /** Names of the plugins that hold the text, if not one called `market`. */
  readonly plugins?: readonly string[];
  /** The mistake is seen when the plugin is formatted. */
  readonly formatted?: boolean;
}

type Rest = Pick<DiagnosticCode, "request" | "plugins" | "formatted">;

/** A row of the table. */
export function describeCode(
  head: readonly [code: string, title: string],
  { advice, example, ...rest }: Pick<DiagnosticCode, "advice" | "example"> & Rest,
): DiagnosticCode {
  const [code, title] = head;
  return { code, title, advice, example, ...rest };
}
