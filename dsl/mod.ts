/**
 * The language: text in, typed features and diagnostics out; pure.
 *
 * One word per idea: a *source* holds events; a *feature* is a function of (key, time) with *outputs*; both
 * are *streams* of rows in columns; a *window* says which rows an *aggregate* takes in; a *join* adds what
 * another stream knew at that time; an *instance* is a feature with its *parameters* set and *inputs* bound.
 */
export * from "./types.ts";
export * from "./typed_ast.ts";
export * from "./template.ts";
export * from "./plugin.ts";
export { type Compilation, compilePlugins } from "./compile.ts";
export type { FeatureRequest, FeatureResult } from "./request.ts";
export type {
  CheckedInput,
  CheckedPlugin,
  FeatureSummary,
  ParameterSummary,
} from "./checked_plugin.ts";
export { type Diagnostic, didYouMean, formatDiagnostic, type Place } from "./diagnostic.ts";
export { parseDuration, printDuration } from "./duration.ts";
export { explainFeature } from "./explain.ts";
export { aggregateFunctions } from "./aggregate_functions.ts";
export { scalarFunctions } from "./functions.ts";
export {
  type AggregateSignature,
  type ArgumentKind,
  type ParameterSignature,
  printSignature,
  type ResultKind,
  type ScalarSignature,
} from "./signature.ts";
export { namedPlugins } from "./named_plugins.ts";
export { formatPlugin, type FormattedPlugin } from "./print.ts";
export { printExpression } from "./print_expression.ts";
export { reachOf } from "./reach.ts";
export { printRowTypes, type TypedColumn, type TypedStream } from "./row_types.ts";
export type { Span } from "./source.ts";
export { aggregatesOf, childrenOf, reachableFrom } from "./visit.ts";
export { type KernelText, type Manifest, writeMapKernel } from "./codegen/mod.ts";
export * from "./plan/mod.ts";
