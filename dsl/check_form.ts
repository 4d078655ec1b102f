/** The form of a feature, and what each form allows. */
import type { FeatureNode } from "./ast.ts";
import type { Report } from "./diagnostic.ts";
import { printDuration } from "./duration.ts";
import type { Span } from "./source.ts";
import type { Expression, FeatureForm, TumblingWindow, Window } from "./typed_ast.ts";
import { aggregatesOf, reachableFrom } from "./visit.ts";

export interface FormContext {
  readonly node: FeatureNode;
  readonly outputs: readonly Expression[];
  readonly spans: WeakMap<Expression, Span>;
  readonly report: Report;
}

/** Tells the form; mistakes against it are reported. */
export function checkForm(
  context: FormContext,
): { readonly form: FeatureForm; readonly window?: TumblingWindow } {
  const { node, outputs } = context;
  const aggregates = aggregatesOf(outputs);
  if (aggregates.length === 0) {
    const lags = reachableFrom(outputs).some(({ kind }) => kind === "lag");
    const changed = node.where !== undefined || node.by !== undefined || node.joins.length > 0;
    return { form: lags || changed ? "rows" : "map" };
  }
  const closed = aggregates.map(({ window }) => window).find(isTumbling);
  if (closed === undefined) return { form: "sliding" };
  checkOneWindow(closed, context);
  for (const output of outputs) checkClosed(output, context);
  return { form: "tumbling", window: closed };
}

function isTumbling(window: Window): window is TumblingWindow {
  return window.kind === "tumbling";
}

function checkOneWindow(
  closed: TumblingWindow,
  { node, outputs, spans, report }: FormContext,
): void {
  const odd = aggregatesOf(outputs).find(({ window }) =>
    !isTumbling(window) || window.widthUs !== closed.widthUs || window.offsetUs !== closed.offsetUs
  );
  if (odd === undefined) return;
  const message = `Cannot mix ${printWindow(closed)} with ${
    printWindow(odd.window)
  } in one feature`;
  const hint = "split it into two features and join them, or use one window";
  report("E402", spans.get(odd) ?? node.name, message, hint);
}

/** Outside its aggregates, an output over a closed window has no row to stand at. */
function checkClosed(output: Expression, { node, spans, report }: FormContext): void {
  for (const part of reachableFrom([output], isOpen)) {
    if (part.kind !== "column" && part.kind !== "lag") continue;
    const span = spans.get(part) ?? node.name;
    const what = part.kind === "lag" ? "prev and lag" : `The column "${part.name}"`;
    const hint = part.kind === "lag"
      ? "take prev or lag in a feature on this one"
      : `take one of the window's values: last(${part.name}) or first(${part.name})`;
    report("E403", span, `${what} cannot stand outside an aggregate over a tumbling window`, hint);
  }
}

function isOpen({ kind }: Expression): boolean {
  return kind !== "aggregate" && kind !== "lag";
}

/** A window as the language writes it. */
export function printWindow(window: Window): string {
  switch (window.kind) {
    case "sliding":
      return printDuration(window.widthUs);
    case "last":
      return `last ${window.rows}`;
    case "ever":
      return "ever";
    case "tumbling": {
      const offset = window.offsetUs === 0 ? "" : ` offset ${printDuration(window.offsetUs)}`;
      return `tumbling ${printDuration(window.widthUs)}${offset}`;
    }
  }
}
