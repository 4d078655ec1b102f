/** Windows: their lengths as constants, and what closes a bar. */
import type { ExpressionNode, WindowNode } from "./ast.ts";
import { expectCount, expectDuration, expectNumber, MOST_RING_ROWS } from "./constant.ts";
import type { Scope } from "./scope.ts";
import type { Expression, Window } from "./typed_ast.ts";
import { isNumeric, printType } from "./types.ts";
import { unreachable } from "./unreachable.ts";

/** The checker of any expression, handed down so that this file need not import it. */
type CheckInner = (node: ExpressionNode, scope: Scope) => Expression | undefined;

/** The window as the engine knows it; undefined, reported, if it is wrong. */
export function checkWindow(
  node: WindowNode,
  scope: Scope,
  check: CheckInner,
): Window | undefined {
  switch (node.kind) {
    case "ever":
      return { kind: "ever" };
    case "last": {
      const rows = countOf(node.rows, scope, MOST_RING_ROWS);
      return rows === undefined ? undefined : { kind: "last", rows };
    }
    case "bar": {
      const rows = countOf(node.rows, scope);
      return rows === undefined ? undefined : { kind: "bar", rows };
    }
    case "sliding": {
      const widthUs = lengthOf(node.width, scope);
      return widthUs === undefined ? undefined : { kind: "sliding", widthUs };
    }
    case "session": {
      const gapUs = lengthOf(node.gap, scope);
      return gapUs === undefined ? undefined : { kind: "session", gapUs };
    }
    case "tumbling": {
      const widthUs = lengthOf(node.width, scope);
      const offset = offsetOf(node.offset, scope);
      if (widthUs === undefined || offset === undefined) return undefined;
      return { kind: "tumbling", widthUs, offsetUs: floorMod(offset, widthUs), ...fillOf(node) };
    }
    case "hopping":
      return checkHopping(node, scope);
    case "sum_bar":
      return checkSumBar(node, scope, check);
    default:
      return unreachable(node);
  }
}

type NodeOf<Kind extends WindowNode["kind"]> = Extract<WindowNode, { kind: Kind }>;

function checkHopping(node: NodeOf<"hopping">, scope: Scope): Window | undefined {
  const widthUs = lengthOf(node.width, scope);
  const stepUs = lengthOf(node.step, scope, "the step of a window");
  const offset = offsetOf(node.offset, scope);
  if (widthUs === undefined || stepUs === undefined || offset === undefined) return undefined;
  return { kind: "hopping", widthUs, stepUs, offsetUs: floorMod(offset, stepUs), ...fillOf(node) };
}

function checkSumBar(
  node: NodeOf<"sum_bar">,
  scope: Scope,
  check: CheckInner,
): Window | undefined {
  const of = check(node.of, { ...scope, place: "aggregate" });
  const { params, report } = scope;
  const least = expectNumber(node.least, params, { report, what: "the sum that closes a bar" });
  if (of === undefined || least === undefined) return undefined;
  if (isNumeric(of.type)) return { kind: "sum_bar", of, least };
  const message = `Expected a number to sum up, found ${printType(of.type)}`;
  return report("E304", node.of, message);
}

function countOf(
  node: ExpressionNode,
  { params, report }: Scope,
  most = Infinity,
): number | undefined {
  return expectCount(node, params, { report, what: "the rows of a window", most });
}

function lengthOf(
  node: ExpressionNode,
  { params, report }: Scope,
  what = "a window",
): number | undefined {
  return expectDuration(node, params, { report, what, least: 1 });
}

function offsetOf(node: ExpressionNode | undefined, { params, report }: Scope): number | undefined {
  if (node === undefined) return 0;
  return expectDuration(node, params, { report, what: "an offset", least: -Infinity });
}

function fillOf({ fill }: { readonly fill: boolean }): { readonly fill?: boolean } {
  return fill ? { fill } : {};
}

function floorMod(a: number, b: number): number {
  return ((a % b) + b) % b;
}
