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

export type Declaration = SourceNode | FeatureNode | InputNode | RequestNode;

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
  /** Written `table`, not `source`. */
  readonly table?: boolean;
  /** `source x ${schema} { … }`: columns from a zod schema; those in the body without a type name one of them. */
  readonly schema?: HoleNode;
  /** `attributes a, b` */
  readonly attributes?: readonly Identifier[];
  readonly columns: readonly ColumnNode[];
  readonly lateness?: ExpressionNode;
  readonly idle?: ExpressionNode;
  readonly unique?: { readonly columns: readonly Identifier[]; readonly within: ExpressionNode };
}

/** `deleted` only in a table. */
export type ColumnRole = "key" | "time" | "sequence" | "deleted";

export interface HoleNode extends Span {
  readonly hole: Hole;
  /** Number of the hole in the template. */
  readonly index: number;
}

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

/** What whoever asks brings along. */
export interface RequestNode extends Declared {
  readonly kind: "request";
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
  /** `fold ${reducer}`: the body then has `fields`, no statements. */
  readonly fold?: HoleNode;
  readonly fields?: readonly ColumnNode[];
  readonly statements: readonly StatementNode[];
  readonly window?: WindowNode;
  /** `over W excluding current` after the body. */
  readonly excluding?: Span;
  readonly every?: ExpressionNode;
  readonly ttl?: ExpressionNode;
  readonly online?: Span;
  readonly store?: Span;
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
  | (Span & { readonly kind: "hole"; readonly hole: Hole })
  | (Span & { readonly kind: "union"; readonly members: readonly StreamNode[] });

/** `name: value` of a stream. */
export interface ArgumentNode extends Span {
  readonly name: Identifier;
  readonly value: ExpressionNode;
}

export interface JoinNode extends Span {
  readonly right: StreamNode;
  readonly alias?: Identifier;
  readonly within?: ExpressionNode;
  /** `between -x and y` */
  readonly between?: { readonly from: ExpressionNode; readonly to: ExpressionNode };
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
  | (Span & {
    readonly kind: "tumbling";
    readonly width: ExpressionNode;
    readonly offset?: ExpressionNode;
    readonly fill: boolean;
  })
  | (Span & {
    readonly kind: "hopping";
    readonly width: ExpressionNode;
    readonly step: ExpressionNode;
    readonly offset?: ExpressionNode;
    readonly fill: boolean;
  })
  | (Span & { readonly kind: "session"; readonly gap: ExpressionNode })
  /** `tumbling 100 rows` */
  | (Span & { readonly kind: "bar"; readonly rows: ExpressionNode })
  /** `tumbling sum(x) >= v` */
  | (Span & {
    readonly kind: "sum_bar";
    readonly of: ExpressionNode;
    readonly least: ExpressionNode;
  });

/** What may stand after an aggregate's arguments, in this order. */
export interface AggregateClauses {
  readonly where?: ExpressionNode;
  readonly per?: PerNode;
  readonly window?: WindowNode;
  /** `excluding current`, after `over`. */
  readonly excluding?: Span;
}

/** `per c [top n by key|value]` */
export interface PerNode extends Span {
  readonly category: ExpressionNode;
  readonly top?: { readonly most: ExpressionNode; readonly by: "key" | "value" };
}

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
  /** `x as type` */
  | (Span & {
    readonly kind: "cast";
    readonly operand: ExpressionNode;
    /** Absent when the type could not be read. */
    readonly type?: ValueType;
  })
  /** `x[i]` */
  | (Span & {
    readonly kind: "element";
    readonly operand: ExpressionNode;
    readonly index: ExpressionNode;
  })
  /** `x.name` where x is no path: `bids[0].price`; in a path the checker finds where fields begin. */
  | (Span & {
    readonly kind: "field";
    readonly operand: ExpressionNode;
    readonly name: Identifier;
  })
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
export interface CallNode extends Span, AggregateClauses {
  readonly kind: "call";
  readonly name: Identifier;
  readonly arguments: readonly ExpressionNode[];
}

/** `${f}(a, b) as f64`, a function; with clauses or a hole that holds an aggregate, an aggregate. */
export interface HoleCallNode extends Span, AggregateClauses {
  readonly kind: "hole_call";
  readonly hole: Hole;
  readonly index: number;
  readonly arguments: readonly ExpressionNode[];
  readonly returns?: ValueType;
}
