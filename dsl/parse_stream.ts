/** Streams as inputs of features: what stands after `on` and `join`. */
import type {
  ArgumentNode,
  Identifier,
  JoinNode,
  JoinPairNode,
  PathNode,
  StreamNode,
} from "./ast.ts";
import type { TokenCursor } from "./cursor.ts";
import { parseConstant, parsePath } from "./parse_constant.ts";

/** stream = path [ "(" [ name ":" constant { "," … } ] ")" ] | hole | union */
export function parseStream(cursor: TokenCursor): StreamNode {
  const first = cursor.peek();
  if (first.kind === "hole") {
    cursor.next();
    return { kind: "hole", hole: first.hole, start: first.start, end: first.end };
  }
  if (cursor.at("union") && cursor.isAt(1, "(") && !cursor.isAt(3, ":")) {
    return cursor.nested(() => parseUnion(cursor), "a simpler union", "name fewer levels");
  }
  const path = parsePath(cursor, "a source, feature or input");
  const args = cursor.at("(") ? parseStreamArguments(cursor) : [];
  return { kind: "path", path, arguments: args, ...cursor.spanFrom(first) };
}

/** union = "union" "(" stream "," stream { "," stream } ")" */
function parseUnion(cursor: TokenCursor): StreamNode {
  const first = cursor.next();
  cursor.next();
  const members: StreamNode[] = [];
  while (!cursor.at(")")) {
    members.push(parseStream(cursor));
    if (cursor.take(",") === undefined) break;
  }
  if (members.length < 2) cursor.fail("another stream: a union has two or more");
  cursor.expect(")", "to close the union");
  return { kind: "union", members, ...cursor.spanFrom(first) };
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

/** alias = "as" name */
export function parseAlias(cursor: TokenCursor): Identifier | undefined {
  return cursor.take("as") === undefined ? undefined : cursor.expectName("a name for the stream");
}

/** join = "join" stream [ alias ] [ "within" constant | between ] [ "on" pair { "and" pair } ] */
export function parseJoin(cursor: TokenCursor): JoinNode {
  const first = cursor.next();
  const right = parseStream(cursor);
  const alias = parseAlias(cursor);
  const range = parseRange(cursor);
  const on: JoinPairNode[] = [];
  if (cursor.take("on") !== undefined) {
    do on.push(parsePair(cursor)); while (cursor.take("and") !== undefined);
  }
  if (cursor.at("within", "between", "as")) {
    const hint = "the parts of a join stand in the order as, within or between, on";
    cursor.fail("the next clause", hint);
  }
  return {
    right,
    ...(alias === undefined ? {} : { alias }),
    ...range,
    on,
    ...cursor.spanFrom(first),
  };
}

/** between = "between" constant "and" constant */
function parseRange(cursor: TokenCursor): Pick<JoinNode, "within" | "between"> {
  if (cursor.take("within") !== undefined) {
    return { within: parseConstant(cursor, "a duration, such as 10s") };
  }
  if (cursor.take("between") === undefined) return {};
  const from = parseConstant(cursor, "a duration, such as -5s");
  cursor.expect("and", "between the two ends");
  const to = parseConstant(cursor, "a duration, such as 5s");
  return { between: { from, to } };
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
