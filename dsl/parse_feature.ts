/** What stands before and after the body of a feature. */
import type { FeatureNode, HoleNode, Identifier, JoinNode } from "./ast.ts";
import type { TokenCursor } from "./cursor.ts";
import { didYouMean } from "./diagnostic.ts";
import { parseConstant } from "./parse_constant.ts";
import { parseExpression } from "./parse_expression.ts";
import { parseNames } from "./parse_source.ts";
import { parseAlias, parseJoin, parseStream } from "./parse_stream.ts";
import { parseOver } from "./parse_window.ts";

type FeatureHeader = Pick<FeatureNode, "on" | "alias" | "joins" | "by" | "where" | "fold">;

/** header = "on" stream [ alias ] { join } [ "by" keys ] [ "where" expression ] [ "fold" hole ] */
export function parseHeader(cursor: TokenCursor): FeatureHeader {
  cursor.expect("on", "and the input of the feature");
  const on = parseStream(cursor);
  const alias = parseAlias(cursor);
  const joins: JoinNode[] = [];
  while (cursor.at("join")) joins.push(parseJoin(cursor));
  const by = cursor.take("by") === undefined ? undefined : parseKeys(cursor);
  const where = cursor.take("where") === undefined ? undefined : parseExpression(cursor);
  const fold = cursor.take("fold") === undefined ? undefined : parseReducer(cursor);
  requireBody(cursor);
  return {
    on,
    ...(alias === undefined ? {} : { alias }),
    joins,
    ...(by === undefined ? {} : { by }),
    ...(where === undefined ? {} : { where }),
    ...(fold === undefined ? {} : { fold }),
  };
}

/** keys = "(" ")" | names */
function parseKeys(cursor: TokenCursor): readonly Identifier[] {
  if (cursor.take("(") === undefined) return parseNames(cursor, "a key column");
  const names = cursor.at(")") ? [] : parseNames(cursor, "a key column");
  cursor.expect(")", "to close the keys");
  return names;
}

function parseReducer(cursor: TokenCursor): HoleNode {
  const token = cursor.peek();
  if (token.kind !== "hole") return cursor.fail("a hole with the reducer: fold ${reducer}");
  cursor.next();
  return { hole: token.hole, index: token.index, start: token.start, end: token.end };
}

const headerWords = ["as", "join", "by", "where", "fold"];
export const featureClauses = ["over", "every", "ttl", "online", "store"] as const;

function requireBody(cursor: TokenCursor): void {
  if (cursor.at("{")) return;
  const { text } = cursor.peek();
  if (cursor.at(...featureClauses)) cursor.fail('"{"', `"${text}" stands after the body`);
  if (cursor.at(...headerWords)) {
    cursor.fail('"{"', "what is before the body stands in the order as, join, by, where, fold");
  }
  cursor.fail('"{" and the body', didYouMean(text, headerWords));
}

type FeatureClauses = Pick<
  FeatureNode,
  "window" | "excluding" | "every" | "ttl" | "online" | "store"
>;

/** clauses = { over | "every" constant | "ttl" constant | "online" | "store" } */
export function parseClauses(cursor: TokenCursor): FeatureClauses {
  let clauses: FeatureClauses = {};
  const seen = new Set<string>();
  for (;;) {
    const token = cursor.peek();
    const clause = featureClauses.find((word) => cursor.at(word));
    if (clause === undefined) return clauses;
    if (seen.has(clause)) {
      cursor.report("E504", token, `The clause "${clause}" is written twice`);
    }
    seen.add(clause);
    if (clause === "over") clauses = { ...clauses, ...parseOver(cursor, parseExpression) };
    else clauses = { ...clauses, ...parseClause(cursor, clause) };
  }
}

function parseClause(
  cursor: TokenCursor,
  clause: "every" | "ttl" | "online" | "store",
): FeatureClauses {
  const { start, end } = cursor.next();
  switch (clause) {
    case "every":
      return { every: parseConstant(cursor, "a duration, such as 1s") };
    case "ttl":
      return { ttl: parseConstant(cursor, "a duration, such as 1d") };
    case "online":
      return { online: { start, end } };
    case "store":
      return { store: { start, end } };
  }
}
