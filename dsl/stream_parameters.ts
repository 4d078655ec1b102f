/** Parameters set where a feature is read: `market.volatility(window: 5m)`, or the call of a stream hole. */
import type { ArgumentNode, FeatureNode } from "./ast.ts";
import { bindParameter, isFault } from "./bind.ts";
import type { EntryOf } from "./catalog.ts";
import { createLiteral, evaluateConstant, type Parameters } from "./constant.ts";
import { didYouMean, listNames, type Report } from "./diagnostic.ts";
import { defaultParameters } from "./parameters.ts";
import type { Span } from "./source.ts";

/** A value for a parameter: of the text, or of a hole's call. */
export type ValueFor =
  | { readonly name: string; readonly argument: ArgumentNode }
  | { readonly name: string; readonly value: string | number | boolean };

/** The defaults of a feature with the values set where it is read; what is wrong is reported. */
export function chooseParameters(
  entry: EntryOf<FeatureNode>,
  wish: { readonly span: Span; readonly values: readonly ValueFor[] },
  context: { readonly params: Parameters; readonly report: Report },
): Parameters {
  const { report } = context;
  const params = new Map(defaultParameters(entry.node, () => undefined));
  for (const value of wish.values) {
    const span = "argument" in value ? value.argument : wish.span;
    const standard = params.get(value.name);
    if (standard === undefined) {
      if (!params.has(value.name)) {
        reportParameter(entry, value.name, { span, names: params.keys(), report });
      }
      continue;
    }
    const literal = "argument" in value
      ? evaluateConstant(value.argument.value, context.params, report)
      : createLiteral(value.value);
    if (literal === undefined) continue;
    const bound = bindParameter(value.name, literal, standard);
    if (!isFault(bound)) params.set(value.name, bound);
    else report(bound.code, span, bound.message, bound.hint);
  }
  return params;
}

function reportParameter(
  entry: EntryOf<FeatureNode>,
  name: string,
  options: { readonly span: Span; readonly names: Iterable<string>; readonly report: Report },
): void {
  const names = [...options.names];
  const known = names.length === 0 ? "it has none" : `it has ${listNames(names)}`;
  const message = `Cannot find the parameter "${name}" of "${entry.name}"`;
  options.report("E204", options.span, message, didYouMean(name, names) ?? known);
}
