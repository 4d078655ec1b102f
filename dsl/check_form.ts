/** The form of a feature, and what each form allows. */
import type { FeatureNode } from "./ast.ts";
import { checkRequestFeature } from "./check_request.ts";
import type { Report } from "./diagnostic.ts";
import { printWindow } from "./print_expression.ts";
import { sameExpression } from "./same_expression.ts";
import type { Span } from "./source.ts";
import type { ClosedWindow, Expression, FeatureForm, Window } from "./typed_ast.ts";
import { aggregatesOf, reachableFrom } from "./visit.ts";

export interface FormContext {
  readonly node: FeatureNode;
  readonly outputs: readonly Expression[];
  /** Joins that look something up; an interval join makes the input. */
  readonly lookups: number;
  /** It stands on a request. */
  readonly asked: boolean;
  readonly spans: WeakMap<Expression, Span>;
  readonly report: Report;
}

/** Tells the form; mistakes against it are reported. */
export function checkForm(
  context: FormContext,
): { readonly form: FeatureForm; readonly window?: ClosedWindow } {
  const { node, outputs } = context;
  if (context.asked) {
    checkRequestFeature(context);
    return { form: "request" };
  }
  if (node.fold !== undefined) {
    checkFold(context);
    return { form: "fold" };
  }
  const aggregates = aggregatesOf(outputs);
  if (aggregates.length === 0) return { form: isMap(context) ? "map" : "rows" };
  const closed = aggregates.map(({ window }) => window).find(isClosed);
  if (closed === undefined) return { form: "sliding" };
  checkOneWindow(closed, context);
  for (const output of outputs) checkClosed(output, context);
  if (node.every !== undefined) {
    const hint = "a closed window has its own times: leave out every, or use a sliding window";
    context.report("E415", node.every, `Cannot use every over ${printWindow(closed)}`, hint);
  }
  return { form: "closed", window: closed };
}

/** Whether a window closes and has one row then. */
export function isClosed(window: Window): window is ClosedWindow {
  return window.kind !== "sliding" && window.kind !== "last" && window.kind !== "ever";
}

function isMap({ node, outputs, lookups }: FormContext): boolean {
  const clauses = [node.where, node.by, node.every, node.ttl];
  return lookups === 0 && clauses.every((clause) => clause === undefined) &&
    !reachableFrom(outputs).some(({ kind }) => kind === "lag");
}

function checkFold({ node, report }: FormContext): void {
  if (node.every !== undefined) {
    const hint = "put every on a feature that reads this one";
    report("E415", node.every, "Cannot use every with fold: the reducer makes the rows", hint);
  }
  if (node.window !== undefined) {
    const hint = "the reducer decides what it keeps: leave the window out";
    report("E416", node.window, "Cannot use a window with fold", hint);
  }
}

function checkOneWindow(
  closed: ClosedWindow,
  { node, outputs, spans, report }: FormContext,
): void {
  const odd = aggregatesOf(outputs).find(({ window }) => !isSameWindow(window, closed));
  if (odd === undefined) return;
  const message = `Cannot mix ${printWindow(closed)} with ${
    printWindow(odd.window)
  } in one feature`;
  const hint = "split it into two features and join them, or use one window";
  report("E402", spans.get(odd) ?? node.name, message, hint);
}

function isSameWindow(a: Window, b: Window): boolean {
  if (a.kind !== "sum_bar" || b.kind !== "sum_bar") return printWindow(a) === printWindow(b);
  return a.least === b.least && sameExpression(a.of, b.of);
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
    report("E403", span, `${what} cannot stand outside an aggregate over a closed window`, hint);
  }
}

function isOpen({ kind }: Expression): boolean {
  return kind !== "aggregate" && kind !== "lag";
}
