/** What a plugin offers, for catalogs and help. */
import type { CatalogPlugin } from "./catalog.ts";
import { findEntry } from "./catalog.ts";
import { formalInputs } from "./formal_inputs.ts";
import type { Instance } from "./instantiate.ts";
import { defaultParameters } from "./parameters.ts";
import { printParameter } from "./bind.ts";
import type { Column, FeatureForm, RequestInput, Source } from "./typed_ast.ts";
import type { ValueType } from "./types.ts";

export interface CheckedPlugin {
  readonly name: string;
  readonly file: string;
  /** Of the project that it belongs to. */
  readonly version?: string;
  /** Of all that it does: its own text, and what it imports. */
  readonly hash: string;
  /** The comment at the head of the module. */
  readonly doc?: string;
  /** Sources without mistakes. */
  readonly sources: readonly Source[];
  readonly inputs: readonly CheckedInput[];
  /** Requests without mistakes. */
  readonly requests: readonly RequestInput[];
  readonly features: readonly FeatureSummary[];
}

/** A formal input. */
export interface CheckedInput {
  readonly name: string;
  readonly doc?: string;
  readonly columns: readonly Column[];
}

/** A feature as declared, with its default parameters. */
export interface FeatureSummary {
  readonly name: string;
  readonly doc?: string;
  readonly params: readonly ParameterSummary[];
  /** Names of the formal inputs that must be bound. */
  readonly inputs: readonly string[];
  /** Empty while a formal input decides them. */
  readonly keys: readonly Column[];
  readonly outputs: readonly Column[];
  readonly form: FeatureForm;
}

export interface ParameterSummary {
  readonly name: string;
  readonly type: ValueType;
  /** Durations as `1m`. */
  readonly value: string | number | boolean;
}

/** Describes a plugin from its checked declarations. */
export function describePlugin(
  plugin: CatalogPlugin,
  instances: ReadonlyMap<string, Instance>,
): CheckedPlugin {
  const sources: Source[] = [];
  const inputs: CheckedInput[] = [];
  const requests: RequestInput[] = [];
  const features: FeatureSummary[] = [];
  for (const [name, instance] of instances) {
    const entry = findEntry(plugin, name);
    const { upstream } = instance.stream;
    if (entry?.kind === "source" && upstream?.kind === "source") sources.push(upstream.source);
    if (entry?.kind === "request" && upstream?.kind === "request") requests.push(upstream.request);
    if (entry?.kind === "input") {
      inputs.push({ name, ...docOf(entry.node), columns: columnsOfStream(instance) });
    }
    if (entry?.kind === "feature" && instance.checked !== undefined) {
      const { form, stream } = instance.checked;
      features.push({
        name,
        ...docOf(entry.node),
        params: [...defaultParameters(entry.node, () => undefined)].flatMap(([param, literal]) =>
          literal === undefined
            ? []
            : [{ name: param, type: literal.type, value: printParameter(literal) }]
        ),
        inputs: formalInputs(entry).map(({ node }) => node.name.name),
        keys: stream.keys,
        outputs: columnsOfStream(instance).filter((column) =>
          column.name !== stream.time && !stream.keys.some((key) => key.name === column.name)
        ),
        form,
      });
    }
  }
  const { name, file, text, version, bundleHash: hash } = plugin.text;
  return {
    name,
    file,
    ...(version !== undefined && { version }),
    hash,
    ...moduleDoc(text),
    sources,
    inputs,
    requests,
    features,
  };
}

function moduleDoc(text: string): { readonly doc?: string } {
  const comment = /^\s*\/\*\*([\s\S]*?)\*\//.exec(text)?.[1];
  if (comment === undefined) return {};
  return {
    doc: comment.split("\n").map((line) => line.replace(/^\s*\*? ?/, "").trimEnd()).join("\n")
      .trim(),
  };
}

function columnsOfStream({ stream }: Instance): readonly Column[] {
  return [...stream.columns].flatMap(([name, type]) => type === undefined ? [] : [{ name, type }]);
}

function docOf({ doc }: { readonly doc?: string }): { readonly doc?: string } {
  return doc === undefined ? {} : { doc };
}
