/** Calls of functions, aggregates and holes, and the clauses of aggregates. */
import type { AggregateClauses, CallNode, ExpressionNode, Identifier, PerNode } from "./ast.ts";
import type { TokenCursor } from "./cursor.ts";
import { didYouMean } from "./diagnostic.ts";
import { takesWindow } from "./functions.ts";
import { parseConstant } from "./parse_constant.ts";
import { parseType } from "./parse_type.ts";
import { type ExpressionRule, parseOver } from "./parse_window.ts";

/** call = name arguments [ clauses ] ; scalar functions take no clauses */
export function parseCall(
  cursor: TokenCursor,
  name: Identifier,
  rule: ExpressionRule,
): CallNode {
  const call = {
    kind: "call" as const,
    name,
    arguments: parseArguments(cursor, "of the call", rule),
  };
  const clauses = takesWindow(name.name) ? parseAggregateClauses(cursor, rule) : {};
  return { ...call, ...clauses, ...cursor.spanFrom(name) };
}

/** hole = "${…}" [ arguments [ "as" type ] [ clauses ] ] ; functions take no clauses */
export function parseHole(cursor: TokenCursor, rule: ExpressionRule): ExpressionNode {
  const token = cursor.next();
  if (token.kind !== "hole") return cursor.fail("a hole");
  const { hole, index } = token;
  if (!cursor.continues("(")) return { kind: "hole", hole, start: token.start, end: token.end };
  const args = parseArguments(cursor, "of the call", rule);
  const typed = cursor.takeWord("as") !== undefined;
  const returns = typed ? parseType(cursor) : undefined;
  if (!typed) {
    const hint = "say its type: ${f}(a, b) as f64";
    cursor.report("E702", cursor.spanFrom(token), "A call of a hole has no type", hint);
  }
  const clauses = hole.description.kind === "function" ? {} : parseAggregateClauses(cursor, rule);
  const call = { kind: "hole_call" as const, hole, index, arguments: args, ...clauses };
  return { ...call, ...(returns === undefined ? {} : { returns }), ...cursor.spanFrom(token) };
}

/** arguments = "(" [ expression { "," expression } ] ")" */
export function parseArguments(
  cursor: TokenCursor,
  purpose: string,
  rule: ExpressionRule,
): readonly ExpressionNode[] {
  cursor.expect("(", purpose);
  const items: ExpressionNode[] = [];
  cursor.withinLines(() => {
    while (!cursor.at(")")) {
      items.push(rule(cursor));
      if (cursor.take(",") === undefined) break;
    }
  });
  cursor.expect(")", "to close the list");
  return items;
}

/** clauses = [ "where" expression ] [ per ] [ over ] */
function parseAggregateClauses(cursor: TokenCursor, rule: ExpressionRule): AggregateClauses {
  const where = cursor.takeWord("where") === undefined ? undefined : rule(cursor);
  const per = cursor.continues("per") ? parsePer(cursor, rule) : undefined;
  if (per !== undefined) refuseAfter(cursor, "per", "where");
  const over = cursor.continues("over") ? parseOver(cursor, rule) : undefined;
  if (over !== undefined) refuseAfter(cursor, "over", "where", "per");
  return {
    ...(where === undefined ? {} : { where }),
    ...(per === undefined ? {} : { per }),
    ...over,
  };
}

function refuseAfter(cursor: TokenCursor, clause: string, ...words: readonly string[]): void {
  if (!cursor.continues(...words)) return;
  const hint = `the clauses of an aggregate stand in the order where, per, over`;
  cursor.fail(`no "${cursor.peek().text}" after ${clause}`, hint);
}

const ranks = ["key", "value"] as const;

/** per = "per" expression [ "top" constant "by" ( "key" | "value" ) ] */
function parsePer(cursor: TokenCursor, rule: ExpressionRule): PerNode {
  const first = cursor.next();
  const category = rule(cursor);
  if (!cursor.continues("top") || cursor.isAt(1, "=")) {
    return { category, ...cursor.spanFrom(first) };
  }
  cursor.next();
  const most = parseConstant(cursor, "a number of categories");
  cursor.expect("by", "and key or value after top n");
  const by = ranks.find((rank) => cursor.at(rank));
  if (by === undefined) return cursor.fail("key or value", didYouMean(cursor.peek().text, ranks));
  cursor.next();
  return { category, top: { most, by }, ...cursor.spanFrom(first) };
}
