/** A case with its text compiled: what both evaluators are given. */
import { createHash } from "node:crypto";
import { compilePlugins } from "../../dsl/compile.ts";
import type { Feature, Source } from "../../dsl/typed_ast.ts";
import type { SetFeature, StreamChoice } from "../oracle/set.ts";
import type { Case, CaseFeature, CaseStream } from "./case.ts";
import { holeValuesOf, pluginTextOf } from "./test_plugin.ts";

export interface CompiledCase {
  readonly testCase: Case;
  readonly features: readonly SetFeature[];
  readonly sources: ReadonlyMap<string, Source>;
  holesOf(plugin: string): readonly unknown[];
}

/** The text is wrong: the diagnostics say where. */
export class CaseCompileError extends Error {
  override readonly name = "CaseCompileError";
}

export function compileCase(testCase: Case): CompiledCase {
  const compilation = compilePlugins(testCase.plugins.map(pluginTextOf), { hash: sha256 });
  refuse(testCase, compilation.diagnostics);
  const features: SetFeature[] = [];
  for (const wanted of testCase.features) {
    const { feature, diagnostics } = compilation.instantiate({
      definition: wanted.definition,
      params: wanted.params ?? {},
      bindings: bindingsOf(wanted, features),
    });
    refuse(testCase, diagnostics);
    if (feature === undefined) throw new CaseCompileError(`No feature for ${wanted.definition}`);
    const { name, pins, keys } = wanted;
    features.push({ name, feature, ...(pins && { pins }), ...(keys && { keys }) });
  }
  const sources = new Map(
    compilation.plugins.flatMap((plugin) => plugin.sources)
      .map((source) => [`${source.plugin}.${source.name}`, source]),
  );
  const holes = new Map(testCase.plugins.map((plugin) => [plugin.name, holeValuesOf(plugin)]));
  return { testCase, features, sources, holesOf: (plugin) => holes.get(plugin) ?? [] };
}

function bindingsOf(
  wanted: CaseFeature,
  features: readonly SetFeature[],
): Readonly<Record<string, { readonly feature: Feature; readonly column: string }>> {
  const entries = Object.entries(wanted.bindings ?? {}).map(([input, { feature, column }]) => {
    const bound = features[feature];
    if (bound === undefined) throw new CaseCompileError(`No feature ${feature} to bind`);
    return [input, { feature: bound.feature, column }] as const;
  });
  return Object.fromEntries(entries);
}

export function sourceOf(compiled: CompiledCase, definition: string): Source {
  const source = compiled.sources.get(definition);
  if (source === undefined) throw new CaseCompileError(`No source ${definition}`);
  return source;
}

export function streamChoiceOf(compiled: CompiledCase, stream: CaseStream): StreamChoice {
  if (typeof stream === "string") return sourceOf(compiled, stream);
  if (compiled.features[stream] === undefined) throw new CaseCompileError(`No feature ${stream}`);
  return stream;
}

function refuse(testCase: Case, diagnostics: readonly { readonly message: string }[]): void {
  if (diagnostics.length === 0) return;
  const texts = diagnostics.map((diagnostic) => diagnostic.message).join("\n");
  throw new CaseCompileError(`Cannot compile case ${testCase.seed}:\n${texts}`);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
