/** A template to its syntax tree. Every mistake is reported; parsing goes on at the next statement. */
import type { Declaration, FeatureNode, InputNode, ParameterNode, PluginNode } from "./ast.ts";
import { ParseStop, TokenCursor } from "./cursor.ts";
import { didYouMean, type Report } from "./diagnostic.ts";
import { lex } from "./lexer.ts";
import { atDeclaration, parseBody, skipTo } from "./parse_body.ts";
import { parseClauses, parseHeader } from "./parse_feature.ts";
import { parseConstant } from "./parse_constant.ts";
import { parseColumn, parseInputColumn, parseSourceClauses } from "./parse_source.ts";
import { parseStatement } from "./parse_statement.ts";
import type { SourceText, Span } from "./source.ts";

/** plugin = { source | feature | input } */
export function parse(name: string, source: SourceText, report: Report): PluginNode {
  const faults: Span[] = [];
  const collecting: Report = (code, span, message, hint) => {
    faults.push(span);
    return report(code, span, message, hint);
  };
  const cursor = new TokenCursor(lex(source, collecting).tokens, collecting);
  const declarations: Declaration[] = [];
  let broken = false;
  while (cursor.peek().kind !== "end") {
    const declaration = parseDeclaration(cursor);
    if (declaration === undefined) broken = true;
    else declarations.push(declaration);
  }
  return { name, source, declarations: declarations.map((each) => mark(each, faults)), broken };
}

/** A declaration with a mistake inside it is broken, whatever could be read of it. */
function mark(declaration: Declaration, faults: readonly Span[]): Declaration {
  const { start, end } = declaration;
  const inside = faults.some((fault) => fault.start >= start && fault.start <= end);
  return inside ? { ...declaration, broken: true } : declaration;
}

function parseDeclaration(cursor: TokenCursor): Declaration | undefined {
  const start = cursor.index;
  try {
    if (cursor.at("source")) return parseSource(cursor);
    if (cursor.at("feature")) return parseFeature(cursor);
    if (cursor.at("input")) return parseInput(cursor);
    const words = ["source", "feature", "input"];
    return cursor.fail("source, feature or input", didYouMean(cursor.peek().text, words));
  } catch (error) {
    if (!(error instanceof ParseStop)) throw error;
    if (cursor.index === start) cursor.next();
    skipTo(cursor, atDeclaration);
    return undefined;
  }
}

/** source = "source" name "{" columns "}" clauses */
function parseSource(cursor: TokenCursor): Declaration {
  const first = cursor.next();
  const name = cursor.expectName("a name for the source");
  const columns = parseBody(cursor, parseColumn);
  const clauses = parseSourceClauses(cursor);
  const doc = first.doc === undefined ? {} : { doc: first.doc };
  return { kind: "source", name, columns, ...clauses, ...doc, ...cursor.spanFrom(first) };
}

/** input = "input" name "{" columns "}" */
function parseInput(cursor: TokenCursor): InputNode {
  const first = cursor.next();
  const name = cursor.expectName("a name for the input");
  const columns = parseBody(cursor, parseInputColumn);
  const doc = first.doc === undefined ? {} : { doc: first.doc };
  return { kind: "input", name, columns, ...doc, ...cursor.spanFrom(first) };
}

/** feature = "feature" name [ params ] header "{" statements "}" clauses */
function parseFeature(cursor: TokenCursor): FeatureNode {
  const first = cursor.next();
  const name = cursor.expectName("a name for the feature");
  const params = cursor.at("(") ? parseParameters(cursor) : [];
  const header = parseHeader(cursor);
  const { fold, ...rest } = header;
  const statements = fold ? skipBody(cursor) : parseBody(cursor, parseStatement);
  const clauses = parseClauses(cursor);
  const doc = first.doc === undefined ? {} : { doc: first.doc };
  const node = { kind: "feature" as const, name, params, ...rest, statements };
  return { ...node, ...clauses, ...doc, ...cursor.spanFrom(first) };
}

function skipBody(cursor: TokenCursor): readonly never[] {
  if (!cursor.at("{")) cursor.fail('"{"');
  cursor.skipBrackets();
  return [];
}

/** params = "(" [ name "=" constant { "," name "=" constant } ] ")" */
function parseParameters(cursor: TokenCursor): readonly ParameterNode[] {
  cursor.next();
  const params: ParameterNode[] = [];
  while (!cursor.at(")")) {
    const name = cursor.expectName("a name for the parameter");
    cursor.expect("=", "and a default value; every parameter has one");
    const value = parseConstant(cursor, "a default value");
    params.push({ name, value, ...cursor.spanFrom(name) });
    if (cursor.take(",") === undefined) break;
  }
  cursor.expect(")", "to close the parameters");
  return params;
}
