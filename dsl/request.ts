/** Instances by name, as configs and commands ask for them. */
import type { FeatureNode } from "./ast.ts";
import { bindParameter, isFault } from "./bind.ts";
import { type Entry, type EntryOf, findEntry, suggestEntry } from "./catalog.ts";
import { createLiteral, type Parameters } from "./constant.ts";
import { type Diagnostic, didYouMean, listNames } from "./diagnostic.ts";
import { formalInputs } from "./formal_inputs.ts";
import type { Instantiator } from "./instantiate.ts";
import { defaultParameters } from "./parameters.ts";
import { createStream, type Stream } from "./stream.ts";
import type { Feature } from "./typed_ast.ts";

/** Which feature, and with what. */
export interface FeatureRequest {
  /** `market.mid_price`; the name of a source gives a map feature of all its columns. */
  readonly definition: string;
  /** Durations as `"1m"`. */
  readonly params?: Readonly<Record<string, string | number | boolean>>;
  /** Formal inputs; the column may be left out where only one fits. */
  readonly bindings?: Readonly<
    Record<string, { readonly feature: Feature; readonly column?: string }>
  >;
  /** `Source.selection` by the full name of a source. */
  readonly selection?: Readonly<Record<string, string>>;
}

export interface FeatureResult {
  /** Absent if there are diagnostics. */
  readonly feature?: Feature;
  readonly diagnostics: readonly Diagnostic[];
}

/** Makes the feature of a request; mistakes of the request itself have no place. */
export function instantiateRequest(
  request: FeatureRequest,
  instantiator: Instantiator,
): FeatureResult {
  const diagnostics: Diagnostic[] = [];
  const fault: Fault = (code, message, hint) => {
    diagnostics.push({ code, message, ...(hint === undefined ? {} : { hint }) });
  };
  const entry = findDefinition(request.definition, instantiator, fault);
  if (entry?.kind === "source") {
    const result = instantiateSource(entry, request, instantiator, fault);
    return diagnostics.length > 0 ? { diagnostics } : result;
  }
  if (entry?.kind !== "feature") return { diagnostics };
  const params = chooseParameters(entry, request, fault);
  const bindings = bindAll(entry, request, instantiator, fault);
  if (diagnostics.length > 0) return { diagnostics };
  const selection = request.selection ?? {};
  const instance = instantiator.feature(entry, { params, bindings, selection });
  if (instance.feature === undefined && instance.diagnostics.length === 0) {
    fault("E707", `Cannot instantiate "${entry.name}": the plugin has mistakes`);
    return { diagnostics };
  }
  return { ...keep(instance.feature), diagnostics: instance.diagnostics };
}

type Fault = (code: string, message: string, hint?: string) => void;

function keep(feature: Feature | undefined): { readonly feature?: Feature } {
  return feature === undefined ? {} : { feature };
}

function findDefinition(
  definition: string,
  { catalog }: Instantiator,
  fault: Fault,
): Entry | undefined {
  const dot = definition.indexOf(".");
  const owner = catalog.get(definition.slice(0, Math.max(0, dot)));
  const entry = owner === undefined ? undefined : findEntry(owner, definition.slice(dot + 1));
  if (entry?.kind === "input") {
    fault("E706", `"${definition}" is a formal input: bind it as a dependency of a feature`);
    return undefined;
  }
  if (entry?.kind === "request") {
    fault("E706", `"${definition}" is a request: name a feature on it`);
    return undefined;
  }
  if (entry !== undefined) return entry;
  const local = dot < 0 ? definition : definition.slice(dot + 1);
  const hint = suggestEntry(catalog, owner, local) ?? "features are named plugin.feature";
  const own = owner?.declarations.size ? didYouMean(local, owner.declarations.keys()) : undefined;
  fault("E706", `Cannot find the feature "${definition}"`, own ?? hint);
  return undefined;
}

function instantiateSource(
  entry: Extract<Entry, { kind: "source" }>,
  request: FeatureRequest,
  instantiator: Instantiator,
  fault: Fault,
): FeatureResult {
  const { stream, diagnostics } = instantiator.source(entry, request.selection ?? {});
  const extra = Object.keys({ ...request.params, ...request.bindings });
  if (extra.length > 0) fault("E204", `The source "${entry.name}" takes no parameters`);
  const { upstream } = stream;
  if (upstream?.kind !== "source") return { diagnostics };
  return { feature: instantiator.identityFeature(upstream.source), diagnostics };
}

function chooseParameters(
  { node, name }: EntryOf<FeatureNode>,
  request: FeatureRequest,
  fault: Fault,
): Parameters {
  const params = new Map(defaultParameters(node, () => undefined));
  for (const [key, value] of Object.entries(request.params ?? {})) {
    const standard = params.get(key);
    if (standard === undefined && params.has(key)) continue;
    if (standard === undefined) {
      const names = [...params.keys()];
      const known = names.length === 0 ? "it has none" : `it has ${listNames(names)}`;
      fault(
        "E204",
        `Cannot find the parameter "${key}" of "${name}"`,
        didYouMean(key, names) ?? known,
      );
      continue;
    }
    const bound = bindParameter(key, createLiteral(value), standard);
    if (isFault(bound)) fault(bound.code, bound.message, bound.hint);
    else params.set(key, bound);
  }
  return params;
}

function bindAll(
  entry: EntryOf<FeatureNode>,
  request: FeatureRequest,
  instantiator: Instantiator,
  fault: Fault,
): ReadonlyMap<string, Stream> {
  const needed = formalInputs(entry);
  const names = needed.map(({ node }) => node.name.name);
  const bindings = new Map<string, Stream>();
  for (const name of Object.keys(request.bindings ?? {}).filter((key) => !names.includes(key))) {
    const known = names.length === 0 ? "it has none" : `it has ${listNames(names)}`;
    fault(
      "E705",
      `"${entry.name}" has no formal input "${name}"`,
      didYouMean(name, names) ?? known,
    );
  }
  for (const input of needed) {
    const name = input.node.name.name;
    const binding = request.bindings?.[name];
    if (binding === undefined) {
      fault("E704", `"${entry.name}" needs the input "${name}"`, "bind a feature to it");
      continue;
    }
    const { feature, column } = binding;
    const stream = createStream(`${feature.plugin}.${feature.name}`, { kind: "feature", feature });
    const bound = instantiator.bind(input, stream, column);
    if (isFault(bound)) fault(bound.code, bound.message, bound.hint);
    else bindings.set(name, bound);
  }
  return bindings;
}
