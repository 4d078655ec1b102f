/** A template to its syntax tree. Every mistake is reported; parsing goes on at the next statement. */
import type {
  Declaration,
  FeatureNode,
  InputNode,
  ParameterNode,
  PluginNode,
  RequestNode,
  SourceNode,
} from "./ast.ts";
import { ParseStop, SyntaxNotes, TokenCursor } from "./cursor.ts";
import { didYouMean, type Report } from "./diagnostic.ts";
import { lex } from "./lexer.ts";
import { atDeclaration, parseBody, skipTo } from "./parse_body.ts";
import { parseConstant } from "./parse_constant.ts";
import { featureClauses, parseClauses, parseHeader } from "./parse_feature.ts";
import {
  parseColumn,
  parseFoldColumn,
  parseInputColumn,
  parseSchemaColumn,
  parseSourceClauses,
  sourceClauses,
} from "./parse_source.ts";
import { parseStatement } from "./parse_statement.ts";
import type { SourceText, Span } from "./source.ts";
import type { Token } from "./token.ts";

/**
 * plugin = { source | table | feature | input | request }
 *
 * @param notes Filled with the places the formatter asks for.
 */
export function parse(
  name: string,
  source: SourceText,
  report: Report,
  notes: SyntaxNotes = new SyntaxNotes(),
): PluginNode {
  const faults: Span[] = [];
  const collecting: Report = (code, span, message, hint) => {
    faults.push(span);
    return report(code, span, message, hint);
  };
  const cursor = new TokenCursor(lex(source, collecting).tokens, collecting, notes);
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

const declarationWords = ["source", "table", "feature", "input", "request"];

function parseDeclaration(cursor: TokenCursor): Declaration | undefined {
  const start = cursor.index;
  try {
    if (cursor.at("source", "table")) return parseSource(cursor);
    if (cursor.at("feature")) return parseFeature(cursor);
    if (cursor.at("input")) return parseInput(cursor);
    if (cursor.at("request")) return parseRequest(cursor);
    return cursor.fail("source, table, feature, input or request", hintFor(cursor));
  } catch (error) {
    if (!(error instanceof ParseStop)) throw error;
    if (cursor.index === start) cursor.next();
    skipTo(cursor, atDeclaration);
    return undefined;
  }
}

function hintFor(cursor: TokenCursor): string | undefined {
  const { text } = cursor.peek();
  if (cursor.at(...sourceClauses)) return `"${text}" stands after the body of a source`;
  if (cursor.at(...featureClauses)) return `"${text}" stands after the body of a feature`;
  return didYouMean(text, [...declarationWords, ...sourceClauses, ...featureClauses]);
}

/** source = ( "source" | "table" ) name [ hole ] "{" columns "}" clauses */
function parseSource(cursor: TokenCursor): SourceNode {
  const first = cursor.next();
  const table = first.text === "table";
  const name = cursor.expectName(`a name for the ${first.text}`);
  const token = cursor.peek();
  const schema = token.kind === "hole" ? { hole: token.hole, index: token.index } : undefined;
  if (schema !== undefined) cursor.next();
  const columns = parseBody(cursor, schema === undefined ? parseColumn : parseSchemaColumn);
  const clauses = parseSourceClauses(cursor, table);
  return {
    kind: "source",
    ...(table ? { table } : {}),
    name,
    ...(schema === undefined ? {} : { schema: { ...schema, start: token.start, end: token.end } }),
    columns,
    ...clauses,
    ...docOf(first),
    ...cursor.spanFrom(first),
  };
}

/** input = "input" name "{" columns "}" */
function parseInput(cursor: TokenCursor): InputNode {
  const first = cursor.next();
  const name = cursor.expectName("a name for the input");
  const columns = parseBody(cursor, parseInputColumn);
  return { kind: "input", name, columns, ...docOf(first), ...cursor.spanFrom(first) };
}

/** request = "request" name "{" columns "}" */
function parseRequest(cursor: TokenCursor): RequestNode {
  const first = cursor.next();
  const name = cursor.expectName("a name for the request");
  const columns = parseBody(cursor, parseInputColumn);
  return { kind: "request", name, columns, ...docOf(first), ...cursor.spanFrom(first) };
}

/** feature = "feature" name [ params ] header "{" statements | columns of a fold "}" clauses */
function parseFeature(cursor: TokenCursor): FeatureNode {
  const first = cursor.next();
  const name = cursor.expectName("a name for the feature");
  const params = cursor.at("(") ? parseParameters(cursor) : [];
  const header = parseHeader(cursor);
  const body = header.fold === undefined
    ? { statements: parseBody(cursor, parseStatement) }
    : { statements: [], fields: parseBody(cursor, parseFoldColumn) };
  const clauses = parseClauses(cursor);
  const node = { kind: "feature" as const, name, params, ...header, ...body };
  return { ...node, ...clauses, ...docOf(first), ...cursor.spanFrom(first) };
}

function docOf({ doc }: Token): { readonly doc?: string } {
  return doc === undefined ? {} : { doc };
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
