/** Columns and clauses of sources, tables and formal inputs. */
import type { ColumnNode, ColumnRole, ExpressionNode, Identifier, SourceNode } from "./ast.ts";
import type { TokenCursor } from "./cursor.ts";
import { didYouMean } from "./diagnostic.ts";
import { parseConstant } from "./parse_constant.ts";
import { parseExpression } from "./parse_expression.ts";
import { parseType } from "./parse_type.ts";

const roles: readonly ColumnRole[] = ["key", "time", "sequence", "deleted"];

/** column = name type { "key" | "time" | "sequence" | "deleted" } [ "=" expression ] ; a line break or comma ends it */
export function parseColumn(cursor: TokenCursor): ColumnNode {
  return parseTypedColumn(cursor, false);
}

/** column of a source with a schema = column | name role { role } [ "=" expression ] | name "=" expression */
export function parseSchemaColumn(cursor: TokenCursor): ColumnNode {
  return parseTypedColumn(cursor, true);
}

function parseTypedColumn(cursor: TokenCursor, hasSchema: boolean): ColumnNode {
  const first = cursor.peek();
  const name = cursor.expectName('a column "name type"');
  if (endsHere(cursor)) {
    cursor.fail(`${hasSchema ? "a type or a mark" : "a type"} for the column "${name.name}"`);
  }
  const untyped = hasSchema && cursor.at(...roles, "=");
  const type = untyped ? undefined : parseType(cursor);
  const found = parseRoles(cursor);
  const computed = endsHere(cursor) ? undefined : parseComputed(cursor);
  const doc = first.doc === undefined ? {} : { doc: first.doc };
  const node = { name, roles: found, ...doc, ...cursor.spanFrom(first) };
  if (!endsHere(cursor)) {
    const hint = didYouMean(cursor.peek().text, roles);
    cursor.fail("key, time, sequence, = or the end of the column", hint);
  }
  return {
    ...node,
    ...(type === undefined ? {} : { type }),
    ...(computed === undefined ? {} : { computed }),
  };
}

/** input column = name type { "key" | "time" } */
export function parseInputColumn(cursor: TokenCursor): ColumnNode {
  const column = parseColumn(cursor);
  for (const { role, start, end } of column.roles) {
    if (role === "key" || role === "time") continue;
    cursor.report("E506", { start, end }, `A column of a formal input cannot be marked ${role}`);
  }
  if (column.computed !== undefined) {
    const hint = "compute it in a feature on the input";
    cursor.report("E506", column.computed, "A column of a formal input has no expression", hint);
  }
  return column;
}

/** field of a fold = name type ; the reducer computes it */
export function parseFoldColumn(cursor: TokenCursor): ColumnNode {
  if (cursor.isAt(1, "=")) {
    cursor.fail('a column "name type"', "the reducer of a fold returns the columns");
  }
  const column = parseColumn(cursor);
  for (const { role, start, end } of column.roles) {
    cursor.report("E506", { start, end }, `A column of a fold cannot be marked ${role}`);
  }
  if (column.computed !== undefined) {
    const hint = "the reducer of a fold returns the columns";
    cursor.report("E506", column.computed, "A column of a fold has no expression", hint);
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

type SourceClauses = Pick<SourceNode, "lateness" | "idle" | "unique" | "attributes">;

export const sourceClauses = ["lateness", "idle", "unique", "attributes"] as const;

/** clauses = { "lateness" constant | "idle" constant | unique | "attributes" names } ; a table has no unique */
export function parseSourceClauses(cursor: TokenCursor, table: boolean): SourceClauses {
  let clauses: SourceClauses = {};
  for (;;) {
    const token = cursor.peek();
    const clause = sourceClauses.find((word) => cursor.at(word));
    if (clause === undefined) return clauses;
    cursor.next();
    if (clause in clauses) {
      cursor.report("E504", token, `The clause "${clause}" is written twice`);
    }
    switch (clause) {
      case "lateness":
        clauses = { ...clauses, lateness: parseConstant(cursor, "a duration, such as 2s") };
        break;
      case "idle":
        clauses = { ...clauses, idle: parseConstant(cursor, "a duration, such as 10s") };
        break;
      case "unique":
        if (table) {
          const hint = "a table keeps the last row of each key";
          cursor.report(
            "E104",
            token,
            'Expected lateness, idle or attributes, found "unique"',
            hint,
          );
        }
        clauses = { ...clauses, unique: parseUnique(cursor) };
        break;
      case "attributes":
        clauses = { ...clauses, attributes: parseNames(cursor, "an attribute") };
    }
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
