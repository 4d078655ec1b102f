/**
 * Features with their parameters set and their streams found.
 *
 * I1: one instance per (declaration, parameters, bindings, selection), and one object per feature id.
 * I2: an instance's mistakes are its own and those of what it reads; a feature without mistakes, whose
 *     inputs are all bound, has a `Feature`.
 * I3: a declaration that is being instantiated is on the stack; meeting it again is a cycle.
 */
import type { FeatureNode, InputNode, RequestNode, SourceNode } from "./ast.ts";
import { type BindingFault, bindInput, isFault, printParameter } from "./bind.ts";
import { type Catalog, type CatalogPlugin, type EntryOf } from "./catalog.ts";
import { type CheckedFeature, checkFeature } from "./check_feature.ts";
import { checkInput } from "./check_input.ts";
import { checkRequest } from "./check_request.ts";
import { checkSource } from "./check_source.ts";
import type { Parameters } from "./constant.ts";
import { createReport, type Diagnostic } from "./diagnostic.ts";
import { canonicalFeature } from "./identity.ts";
import { createStream, type Stream } from "./stream.ts";
import { defaultParameters } from "./parameters.ts";
import { resolveStream, type StreamFinder } from "./resolve_stream.ts";
import type { Feature, Join, OutputColumn, Source, Upstream } from "./typed_ast.ts";

/** What a feature is wanted with. */
export interface InstanceRequest {
  readonly params: Parameters;
  /** Streams for the formal inputs of the feature's plugin. */
  readonly bindings: ReadonlyMap<string, Stream>;
  readonly selection: Readonly<Record<string, string>>;
}

/** A checked thing with everything that is wrong with it and what it reads. */
export interface Instance {
  readonly stream: Stream;
  readonly checked?: CheckedFeature;
  readonly feature?: Feature;
  readonly diagnostics: readonly Diagnostic[];
}

/** Features that read each other in a longer chain are refused: whoever reads a plan may do so by recursion. */
const maximumChain = 300;

export class Instantiator implements StreamFinder {
  readonly catalog: Catalog;
  readonly #hash: (text: string) => string;
  readonly #instances = new Map<string, Instance>();
  readonly #features = new Map<string, Feature>();
  readonly #chains = new WeakMap<Feature, number>();
  readonly #stack: string[] = [];

  constructor(catalog: Catalog, hash: (text: string) => string) {
    this.catalog = catalog;
    this.#hash = hash;
  }

  /** A source under a selection. */
  source(entry: EntryOf<SourceNode>, selection: InstanceRequest["selection"]): Instance {
    const selected = selection[entry.name] ?? "";
    return this.#once(`source ${entry.name} ${JSON.stringify(selected)}`, () => {
      const diagnostics: Diagnostic[] = [];
      const report = createReport(entry.plugin.node.source, diagnostics);
      const faults = () => diagnostics.length;
      const { source, stream } = checkSource(entry.plugin.text.name, entry.node, {
        report,
        faults,
      });
      if (source === undefined) return { stream, diagnostics };
      const upstream: Upstream = { kind: "source", source: { ...source, selection: selected } };
      return { stream: createStream(stream.name, upstream), diagnostics };
    });
  }

  /** A formal input to which nothing is bound: its columns are known, its keys and rows are not. */
  input(plugin: CatalogPlugin, node: InputNode): Instance {
    return this.#once(`input ${plugin.text.name}.${node.name.name}`, () => {
      const diagnostics: Diagnostic[] = [];
      const report = createReport(plugin.node.source, diagnostics);
      return { stream: checkInput(node, report), diagnostics };
    });
  }

  /** A request, with what it brings along. */
  request(plugin: CatalogPlugin, node: RequestNode): Instance {
    return this.#once(`request ${plugin.text.name}.${node.name.name}`, () => {
      const diagnostics: Diagnostic[] = [];
      const report = createReport(plugin.node.source, diagnostics);
      const { request, columns, keys } = checkRequest(plugin.text.name, node, report);
      const { name } = node.name;
      const open = { name, columns, keys, time: "", open: true };
      const wrong = diagnostics.length > 0 || node.broken === true;
      const stream = wrong ? open : createStream(name, { kind: "request", request });
      return { stream, diagnostics };
    });
  }

  /** A feature with parameters and bindings. */
  feature(entry: EntryOf<FeatureNode>, request: InstanceRequest): Instance {
    const key = keyOf(entry, request);
    return this.#once(key, () => {
      this.#stack.push(entry.name);
      try {
        return this.#check(entry, request);
      } finally {
        this.#stack.pop();
      }
    });
  }

  /** True where one more feature would nest too deep for a recursive reader. */
  get isFull(): boolean {
    return this.#stack.length >= maximumChain;
  }

  /** The declarations from this one back to itself, if it is being instantiated. */
  cycleOf(name: string): readonly string[] | undefined {
    const from = this.#stack.indexOf(name);
    return from < 0 ? undefined : [...this.#stack.slice(from), name];
  }

  /** A stream as the columns of a formal input. */
  bind(
    input: EntryOf<InputNode>,
    stream: Stream,
    column: string | undefined,
  ): Stream | BindingFault {
    const plugin = input.plugin.text.name;
    const bound = bindInput(input.node, stream, {
      plugin,
      ...(column === undefined ? {} : { column }),
    });
    if (isFault(bound)) return bound;
    const feature = this.identify(bound);
    return createStream(input.node.name.name, { kind: "feature", feature });
  }

  /** A source as a feature: its columns beside keys and time. */
  identityFeature(source: Source): Feature {
    const skipped = new Set([source.time, ...source.keys]);
    const outputs: OutputColumn[] = source.columns.filter(({ name }) => !skipped.has(name)).map(
      ({ name, type, doc }) => ({
        name,
        type,
        expression: { kind: "column", type, from: -1, name },
        ...(doc === undefined ? {} : { doc }),
      }),
    );
    const { plugin, name, doc, time } = source;
    const { keys } = createStream(name, { kind: "source", source });
    return this.identify({
      plugin,
      name,
      ...(doc === undefined ? {} : { doc }),
      params: {},
      form: "map",
      input: { kind: "source", source },
      joins: [],
      keys,
      rekeyed: false,
      outputs,
      time,
    });
  }

  /** A feature with its id; equal ones are one object. */
  identify(feature: Omit<Feature, "id">): Feature {
    const bundleHash = (plugin: string) => this.catalog.get(plugin)?.text.bundleHash ?? "";
    const id = this.#hash(canonicalFeature(feature, bundleHash));
    const known = this.#features.get(id);
    if (known !== undefined) return known;
    const identified = { id, ...feature };
    this.#features.set(id, identified);
    return identified;
  }

  #check(entry: EntryOf<FeatureNode>, request: InstanceRequest): Instance {
    const { node, plugin } = entry;
    const own: Diagnostic[] = [];
    const report = createReport(plugin.node.source, own);
    const inherited = new Set<Diagnostic>();
    const context = { finder: this, plugin, request, report, inherited };
    defaultParameters(node, report);
    const input = resolveStream(node.on, context);
    const rights = node.joins.map((join) => resolveStream(join.right, context));
    const { params } = request;
    const faults = () => own.length;
    const identify = (feature: Omit<Feature, "id">) => this.identify(feature);
    const wish = { plugin: plugin.text.name, input, rights, params, report, faults, identify };
    const checked = checkFeature(node, wish);
    const diagnostics = [...own, ...inherited];
    if (checked.feature === undefined || diagnostics.length > 0) {
      return { stream: checked.stream, checked, diagnostics };
    }
    const printed = [...params].flatMap(([name, value]) =>
      value === undefined ? [] : [[name, printParameter(value)] as const]
    );
    const feature = this.identify({
      ...checked.feature,
      plugin: plugin.text.name,
      params: Object.fromEntries(printed),
    });
    const stream = createStream(node.name.name, { kind: "feature", feature });
    if (this.#chainOf(feature) <= maximumChain) return { stream, checked, feature, diagnostics };
    report("E213", node.on, "Too many features read each other in a chain");
    return { stream: { ...checked.stream, open: true }, checked, diagnostics: own };
  }

  /** How many features stand one upon the other. */
  #chainOf(feature: Feature): number {
    const known = this.#chains.get(feature);
    if (known !== undefined) return known;
    const upstreams = [feature.input, ...feature.members ?? [], ...feature.joins.map(rightOf)];
    const below = upstreams.map((each) =>
      each.kind === "feature" ? this.#chainOf(each.feature) : 0
    );
    const chain = 1 + Math.max(...below);
    this.#chains.set(feature, chain);
    return chain;
  }

  #once(key: string, create: () => Instance): Instance {
    const known = this.#instances.get(key);
    if (known !== undefined) return known;
    const instance = create();
    this.#instances.set(key, instance);
    return instance;
  }
}

function rightOf({ right }: Join): Upstream {
  return right;
}

function keyOf({ name }: EntryOf<FeatureNode>, request: InstanceRequest): string {
  const { params, bindings, selection } = request;
  const values = [...params].map(([key, literal]) => [key, literal?.type.kind, literal?.value]);
  const bound = [...bindings].map(([key, { upstream }]) => [
    key,
    upstream?.kind === "feature" ? upstream.feature.id : "",
  ]);
  return JSON.stringify([name, values, bound.sort(), Object.entries(selection).sort()]);
}
