/** Columns and clauses of sources and formal inputs. */
import type { ColumnNode, ColumnRole, ExpressionNode, Identifier, SourceNode } from "./ast.ts";
import type { TokenCursor } from "./cursor.ts";
import { parseConstant } from "./parse_constant.ts";
import { parseExpression } from "./parse_expression.ts";
import { parseType } from "./parse_type.ts";

const roles: readonly ColumnRole[] = ["key", "time", "sequence"];

/** column = name type { "key" | "time" | "sequence" } [ "=" expression ] ; a line break or comma ends it */
export function parseColumn(cursor: TokenCursor): ColumnNode {
  const first = cursor.peek();
  const name = cursor.expectName('a column "name type"');
  if (endsHere(cursor)) cursor.fail(`a type for the column "${name.name}"`);
  const type = parseType(cursor);
  const found = parseRoles(cursor);
  const computed = endsHere(cursor) ? undefined : parseComputed(cursor);
  const doc = first.doc === undefined ? {} : { doc: first.doc };
  const node = { name, roles: found, ...doc, ...cursor.spanFrom(first) };
  if (!endsHere(cursor)) cursor.fail("key, time, sequence, = or the end of the column");
  return {
    ...node,
    ...(type === undefined ? {} : { type }),
    ...(computed === undefined ? {} : { computed }),
  };
}

/** input column = name type ; its keys and time are those of the stream that is bound */
export function parseInputColumn(cursor: TokenCursor): ColumnNode {
  const column = parseColumn(cursor);
  for (const role of column.roles) {
    cursor.report("E900", role, `The mark ${role.role} on a formal input is not built yet`);
  }
  if (column.computed !== undefined) {
    const hint = "compute it in a feature on the input";
    cursor.report("E506", column.computed, "A column of a formal input has no expression", hint);
  }
  return column;
}

function parseRoles(cursor: TokenCursor): ColumnNode["roles"] {
  const found: ColumnNode["roles"][number][] = [];
  while (!endsHere(cursor)) {
    const role = roles.find((word) => cursor.at(word));
    if (role === undefined) break;
    const { start, end } = cursor.next();
    found.push({ role, start, end });
  }
  return found;
}

function parseComputed(cursor: TokenCursor): ExpressionNode | undefined {
  if (cursor.take("=") === undefined) return undefined;
  cursor.endsAtLine = true;
  const computed = parseExpression(cursor);
  cursor.endsAtLine = false;
  return computed;
}

function endsHere(cursor: TokenCursor): boolean {
  const token = cursor.peek();
  return token.startsLine || token.kind === "end" || cursor.at(",", "}");
}

type SourceClauses = Pick<SourceNode, "lateness" | "idle" | "unique">;

/** clauses = { "lateness" constant | "idle" constant | "unique" "by" names "within" constant } */
export function parseSourceClauses(cursor: TokenCursor): SourceClauses {
  let clauses: SourceClauses = {};
  for (;;) {
    const token = cursor.peek();
    if (!cursor.at("lateness", "idle", "unique", "attributes")) return clauses;
    cursor.next();
    if (token.text === "attributes") cursor.report("E900", token, "attributes are not built yet");
    if (token.text in clauses) {
      cursor.report("E504", token, `The clause "${token.text}" is written twice`);
    }
    if (token.text === "lateness") {
      clauses = { ...clauses, lateness: parseConstant(cursor, "a duration, such as 2s") };
    } else if (token.text === "idle") {
      clauses = { ...clauses, idle: parseConstant(cursor, "a duration, such as 10s") };
    } else if (token.text === "unique") clauses = { ...clauses, unique: parseUnique(cursor) };
    else if (cursor.at("{", "(")) cursor.skipBrackets();
  }
}

function parseUnique(cursor: TokenCursor): NonNullable<SourceNode["unique"]> {
  cursor.expect("by", "after unique");
  const columns = parseNames(cursor, "a column");
  cursor.expect("within", "and a duration after the columns of unique by");
  return { columns, within: parseConstant(cursor, "a duration, such as 1m") };
}

/** names = name { "," name } */
export function parseNames(cursor: TokenCursor, what: string): readonly Identifier[] {
  const names = [cursor.expectName(what)];
  while (cursor.take(",") !== undefined) names.push(cursor.expectName(what));
  return names;
}
