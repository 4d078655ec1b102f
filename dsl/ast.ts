/** What the parser makes of a template: names unresolved, nothing typed, every node with its span. */
import type { Hole, SourceText, Span } from "./source.ts";
import type { BinaryOperator } from "./typed_ast.ts";
import type { ValueType } from "./types.ts";

/** A name as written. */
export interface Identifier extends Span {
  readonly name: string;
}

export interface PluginNode {
  readonly name: string;
  readonly source: SourceText;
  readonly declarations: readonly Declaration[];
  /** A whole declaration could not be read, which is reported. */
  readonly broken: boolean;
}

export type Declaration = SourceNode | FeatureNode | InputNode;

interface Named extends Span {
  readonly name: Identifier;
  readonly doc?: string;
}

interface Declared extends Named {
  /** Parts of it could not be read, which is reported. */
  readonly broken?: boolean;
}

export interface SourceNode extends Declared {
  readonly kind: "source";
  readonly columns: readonly ColumnNode[];
  readonly lateness?: ExpressionNode;
  readonly idle?: ExpressionNode;
  readonly unique?: { readonly columns: readonly Identifier[]; readonly within: ExpressionNode };
}

export type ColumnRole = "key" | "time" | "sequence";

export interface ColumnNode extends Named {
  /** Absent when the type could not be read. */
  readonly type?: ValueType;
  readonly roles: readonly (Span & { readonly role: ColumnRole })[];
  readonly computed?: ExpressionNode;
}

/** A formal input. */
export interface InputNode extends Declared {
  readonly kind: "input";
  readonly columns: readonly ColumnNode[];
}

export interface FeatureNode extends Declared {
  readonly kind: "feature";
  readonly params: readonly ParameterNode[];
  readonly on: StreamNode;
  readonly alias?: Identifier;
  readonly joins: readonly JoinNode[];
  /** Empty for `by ()`. */
  readonly by?: readonly Identifier[];
  readonly where?: ExpressionNode;
  readonly statements: readonly StatementNode[];
  readonly window?: WindowNode;
}

export interface ParameterNode extends Named {
  readonly value: ExpressionNode;
}

export type StreamNode =
  | (Span & {
    readonly kind: "path";
    readonly path: readonly Identifier[];
    readonly arguments: readonly ArgumentNode[];
  })
  | (Span & { readonly kind: "hole"; readonly hole: Hole });

/** `name: value` of a stream. */
export interface ArgumentNode extends Span {
  readonly name: Identifier;
  readonly value: ExpressionNode;
}

export interface JoinNode extends Span {
  readonly right: StreamNode;
  readonly alias?: Identifier;
  readonly within?: ExpressionNode;
  readonly on: readonly JoinPairNode[];
}

export interface JoinPairNode extends Span {
  readonly first: PathNode;
  readonly second: PathNode;
}

export interface StatementNode extends Named {
  readonly kind: "let" | "output";
  readonly value: ExpressionNode;
}

export type WindowNode =
  | (Span & { readonly kind: "sliding"; readonly width: ExpressionNode })
  | (Span & { readonly kind: "last"; readonly rows: ExpressionNode })
  | (Span & { readonly kind: "ever" })
  /** Of a kind that is not built yet, which is reported. */
  | (Span & { readonly kind: "unbuilt" })
  | (Span & {
    readonly kind: "tumbling";
    readonly width: ExpressionNode;
    readonly offset?: ExpressionNode;
  });

export interface PathNode extends Span {
  readonly kind: "path";
  readonly path: readonly Identifier[];
}

export type ExpressionNode =
  | PathNode
  | (Span & { readonly kind: "number"; readonly value: number; readonly integer: boolean })
  | (Span & { readonly kind: "duration"; readonly value: number })
  | (Span & { readonly kind: "string"; readonly value: string })
  | (Span & { readonly kind: "bool"; readonly value: boolean })
  | (Span & { readonly kind: "null" })
  | (Span & { readonly kind: "hole"; readonly hole: Hole })
  | HoleCallNode
  | CallNode
  | (Span & {
    readonly kind: "unary";
    readonly operator: "-" | "not";
    readonly operand: ExpressionNode;
  })
  | (Span & {
    readonly kind: "binary";
    readonly operator: BinaryOperator;
    readonly left: ExpressionNode;
    readonly right: ExpressionNode;
  })
  | (Span & {
    readonly kind: "in";
    readonly operand: ExpressionNode;
    readonly choices: readonly ExpressionNode[];
  })
  | (Span & {
    readonly kind: "if";
    readonly condition: ExpressionNode;
    readonly then: ExpressionNode;
    readonly otherwise: ExpressionNode;
  });

/** A built-in function or aggregate. */
export interface CallNode extends Span {
  readonly kind: "call";
  readonly name: Identifier;
  readonly arguments: readonly ExpressionNode[];
  readonly where?: ExpressionNode;
  readonly window?: WindowNode;
}

export interface HoleCallNode extends Span {
  readonly kind: "hole_call";
  readonly hole: Hole;
  readonly index: number;
  readonly arguments: readonly ExpressionNode[];
  readonly returns?: ValueType;
}
