/** What stands before and after the body of a feature. */
import type {
  ArgumentNode,
  ExpressionNode,
  FeatureNode,
  Identifier,
  JoinNode,
  JoinPairNode,
  PathNode,
  StreamNode,
} from "./ast.ts";
import type { TokenCursor } from "./cursor.ts";
import { parseConstant, parsePath } from "./parse_constant.ts";
import { parseExpression } from "./parse_expression.ts";
import { parseNames } from "./parse_source.ts";
import { parseWindow } from "./parse_window.ts";

type FeatureHeader = Pick<FeatureNode, "on" | "alias" | "joins" | "by" | "where"> & {
  readonly fold: boolean;
};

/** header = "on" stream [ "as" name ] { join } [ "by" keys ] [ "where" expression ] [ "fold" hole ] */
export function parseHeader(cursor: TokenCursor): FeatureHeader {
  cursor.expect("on", "and the input of the feature");
  const on = parseStream(cursor);
  const alias = parseAlias(cursor);
  const joins: JoinNode[] = [];
  while (cursor.at("join")) joins.push(parseJoin(cursor));
  const by = cursor.take("by") === undefined ? undefined : parseKeys(cursor);
  const where = cursor.take("where") === undefined ? undefined : parseExpression(cursor);
  const fold = cursor.at("fold");
  if (fold) skipFold(cursor);
  if (cursor.at("over", "every", "ttl")) {
    cursor.fail('"{"', `"${cursor.peek().text}" stands after the body`);
  }
  return {
    on,
    ...(alias === undefined ? {} : { alias }),
    joins,
    ...(by === undefined ? {} : { by }),
    ...(where === undefined ? {} : { where }),
    fold,
  };
}

/** stream = path [ "(" [ name ":" ( constant | path ) { "," … } ] ")" ] | hole */
function parseStream(cursor: TokenCursor): StreamNode {
  const first = cursor.peek();
  if (first.kind === "hole") {
    cursor.next();
    return { kind: "hole", hole: first.hole, start: first.start, end: first.end };
  }
  if (cursor.at("union") && cursor.isAt(1, "(")) {
    cursor.report("E900", first, "union is not built yet");
    cursor.next();
    cursor.skipBrackets();
    return { kind: "path", path: [], arguments: [], ...cursor.spanFrom(first) };
  }
  const path = parsePath(cursor, "a source, feature or input");
  const args = cursor.at("(") ? parseStreamArguments(cursor) : [];
  return { kind: "path", path, arguments: args, ...cursor.spanFrom(first) };
}

function parseStreamArguments(cursor: TokenCursor): readonly ArgumentNode[] {
  cursor.next();
  const list: ArgumentNode[] = [];
  while (!cursor.at(")")) {
    const name = cursor.expectName("a parameter");
    cursor.expect(":", `and a value for "${name.name}"`);
    const value = parseConstant(cursor, "a value");
    list.push({ name, value, ...cursor.spanFrom(name) });
    if (cursor.take(",") === undefined) break;
  }
  cursor.expect(")", "to close the parameters");
  return list;
}

function parseAlias(cursor: TokenCursor): Identifier | undefined {
  return cursor.take("as") === undefined ? undefined : cursor.expectName("a name for the stream");
}

/** join = "join" stream [ "as" name ] [ "within" constant ] [ "on" pair { "and" pair } ] */
function parseJoin(cursor: TokenCursor): JoinNode {
  const first = cursor.next();
  const right = parseStream(cursor);
  const alias = parseAlias(cursor);
  if (cursor.at("between")) skipBetween(cursor);
  const within = cursor.take("within") === undefined
    ? undefined
    : parseConstant(cursor, "a duration, such as 10s");
  const on: JoinPairNode[] = [];
  if (cursor.take("on") !== undefined) {
    do on.push(parsePair(cursor)); while (cursor.take("and") !== undefined);
  }
  return {
    right,
    ...(alias === undefined ? {} : { alias }),
    ...(within === undefined ? {} : { within }),
    on,
    ...cursor.spanFrom(first),
  };
}

function skipBetween(cursor: TokenCursor): void {
  const first = cursor.next();
  parseConstant(cursor, "a duration");
  cursor.expect("and", "between the two ends");
  parseConstant(cursor, "a duration");
  cursor.report("E900", cursor.spanFrom(first), "A join with between is not built yet");
}

/** pair = path "==" path */
function parsePair(cursor: TokenCursor): JoinPairNode {
  const first = parsePathNode(cursor);
  cursor.expect("==", "and the column it is paired with");
  const second = parsePathNode(cursor);
  return { first, second, start: first.start, end: second.end };
}

function parsePathNode(cursor: TokenCursor): PathNode {
  const first = cursor.peek();
  const path = parsePath(cursor, "a column");
  return { kind: "path", path, ...cursor.spanFrom(first) };
}

/** keys = "(" ")" | names */
function parseKeys(cursor: TokenCursor): readonly Identifier[] {
  if (cursor.take("(") === undefined) return parseNames(cursor, "a key column");
  const names = cursor.at(")") ? [] : parseNames(cursor, "a key column");
  cursor.expect(")", "to close the keys");
  return names;
}

function skipFold(cursor: TokenCursor): void {
  const first = cursor.next();
  const hole: ExpressionNode = parseConstant(cursor, "a hole with the reducer");
  cursor.report("E900", { start: first.start, end: hole.end }, "fold is not built yet");
}

/** clauses = { "over" window } ; not built yet: "every", "ttl", "online", "store" */
export function parseClauses(cursor: TokenCursor): Pick<FeatureNode, "window"> {
  let window: FeatureNode["window"];
  for (;;) {
    const token = cursor.peek();
    if (cursor.at("over")) {
      if (window !== undefined) cursor.report("E504", token, 'The clause "over" is written twice');
      cursor.next();
      window = parseWindow(cursor);
    } else if (cursor.at("every", "ttl")) {
      cursor.next();
      parseConstant(cursor, "a duration");
      cursor.report("E900", cursor.spanFrom(token), `${token.text} is not built yet`);
    } else if (cursor.at("online", "store")) {
      cursor.report("E900", cursor.next(), `${token.text} is not built yet`);
    } else return window === undefined ? {} : { window };
  }
}
