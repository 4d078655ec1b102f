/// <reference lib="deno.unstable" />
/** What the architecture test reads: every source file with its imports and its functions. */
import { dirname, join, normalize, relative } from "node:path";

export interface SourceImport {
  /** As written. */
  readonly specifier: string;
  /** Path from the root of the repository, if the import is relative. */
  readonly file?: string;
  /** `import x from`, `import { x } from` and `export … from`; false for `import()`. */
  readonly isStatic: boolean;
  readonly isType: boolean;
}

export interface SourceFunction {
  readonly name: string;
  readonly lines: number;
}

export interface SourceFile {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly imports: readonly SourceImport[];
  readonly functions: readonly SourceFunction[];
  /** What a rule forbids in any file, found in the syntax tree. */
  readonly marks: readonly { readonly rule: MarkRule; readonly line: number }[];
  /** True when each statement re-exports. */
  readonly isDoor: boolean;
}

export type MarkRule = "default export" | "new Function" | "any" | "private keyword" | "arrow";

const ROOT = normalize(join(import.meta.dirname ?? ".", ".."));
const FOLDERS = ["dsl", "runtime", "plugins", "examples", "tests"];

/** All TypeScript files of the project. */
export function readSourceFiles(): SourceFile[] {
  const top = [...Deno.readDirSync(ROOT)];
  const paths = [
    ...top.filter(({ name }) => name.endsWith(".ts")).map(({ name }) => join(ROOT, name)),
    ...top.filter(({ name }) => FOLDERS.includes(name)).flatMap(({ name }) =>
      walk(join(ROOT, name))
    ),
  ];
  return paths.map((path) => readSourceFile(relative(ROOT, path)));
}

/** Area of a file: `dsl`, `plugins`, `examples`, `tests`, `mod.ts`, `runtime/errors.ts` or `runtime/<folder>`. */
export function areaOf(path: string): string {
  const [first = "", second] = path.split("/");
  return first === "runtime" && second !== undefined ? `${first}/${second}` : first;
}

function walk(folder: string): string[] {
  return [...Deno.readDirSync(folder)].sort((a, b) => a.name < b.name ? -1 : 1).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory) return walk(path);
    return entry.name.endsWith(".ts") ? [path] : [];
  });
}

function readSourceFile(path: string): SourceFile {
  const text = Deno.readTextFileSync(join(ROOT, path));
  const imports: SourceImport[] = [];
  const functions: SourceFunction[] = [];
  const marks: { rule: MarkRule; line: number }[] = [];
  let isDoor = true;

  const linesOf = ([start, end]: Deno.lint.Range) => text.slice(start, end).split("\n").length;
  const mark = (rule: MarkRule, node: Deno.lint.Node) =>
    marks.push({ rule, line: linesOf([0, node.range[0]]) });
  const addImport = (specifier: string, isStatic: boolean, isType: boolean) =>
    imports.push({ specifier, ...resolve(path, specifier), isStatic, isType });

  const visitor: Deno.lint.LintVisitor = {
    Program(node) {
      isDoor = node.body.every(isReExport);
      for (const statement of node.body) {
        if (topLevelArrow(statement)) mark("arrow", statement);
      }
    },
    ImportDeclaration(node) {
      addImport(node.source.value, true, isTypeImport(node));
    },
    ExportNamedDeclaration(node) {
      if (node.source) addImport(node.source.value, true, node.exportKind === "type");
    },
    ExportAllDeclaration(node) {
      addImport(node.source.value, true, node.exportKind === "type");
    },
    ImportExpression(node) {
      if (node.source.type === "Literal" && typeof node.source.value === "string") {
        addImport(node.source.value, false, false);
      }
    },
    ExportDefaultDeclaration: (node) => void mark("default export", node),
    NewExpression(node) {
      if (node.callee.type === "Identifier" && node.callee.name === "Function") {
        mark("new Function", node);
      }
    },
    TSAnyKeyword: (node) => void mark("any", node),
    PropertyDefinition(node) {
      if (node.accessibility !== undefined) mark("private keyword", node);
    },
    FunctionDeclaration(node) {
      functions.push({ name: node.id?.name ?? "default", lines: linesOf(node.range) });
    },
    MethodDefinition(node) {
      const name = node.key.type === "Identifier" ? node.key.name : "method";
      functions.push({ name, lines: linesOf(node.range) });
    },
  };

  Deno.lint.runPlugin(
    { name: "architecture", rules: { read: { create: () => visitor } } },
    `${path.replaceAll("/", "_")}`,
    text,
  );
  return { path, text, lines: text.split("\n").length, imports, functions, marks, isDoor };
}

function resolve(from: string, specifier: string): { file?: string } {
  return specifier.startsWith(".") ? { file: normalize(join(dirname(from), specifier)) } : {};
}

function isReExport(statement: Deno.lint.Statement): boolean {
  if (statement.type === "ExportAllDeclaration") return true;
  return statement.type === "ExportNamedDeclaration" && statement.source !== null;
}

function isTypeImport({ importKind, specifiers }: Deno.lint.ImportDeclaration): boolean {
  if (importKind === "type") return true;
  return specifiers.length > 0 &&
    specifiers.every((specifier) =>
      specifier.type === "ImportSpecifier" && specifier.importKind === "type"
    );
}

function topLevelArrow(statement: Deno.lint.Statement): boolean {
  const declaration = statement.type === "ExportNamedDeclaration"
    ? statement.declaration
    : statement;
  if (declaration?.type !== "VariableDeclaration") return false;
  return declaration.declarations.some(({ init }) => init?.type === "ArrowFunctionExpression");
}
