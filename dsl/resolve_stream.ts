/** What stands after `on` and `join`: a source, feature or input, here or in another plugin. */
import type {
  ArgumentNode,
  FeatureNode,
  InputNode,
  RequestNode,
  SourceNode,
  StreamNode,
} from "./ast.ts";
import { type BindingFault, isFault } from "./bind.ts";
import {
  type Catalog,
  type CatalogPlugin,
  type Entry,
  type EntryOf,
  findEntry,
  suggestEntry,
} from "./catalog.ts";
import { checkUnion } from "./check_union.ts";
import type { Parameters } from "./constant.ts";
import { type Diagnostic, didYouMean, listNames, type Report } from "./diagnostic.ts";
import { formalInputs } from "./formal_inputs.ts";
import type { Span } from "./source.ts";
import { chooseParameters, type ValueFor } from "./stream_parameters.ts";
import { createOpenStream, type Stream } from "./stream.ts";
import type { Feature } from "./typed_ast.ts";

/** Finds and makes instances. */
export interface StreamFinder {
  readonly catalog: Catalog;
  source(entry: EntryOf<SourceNode>, selection: Selection): Found;
  input(plugin: CatalogPlugin, node: InputNode): Found;
  request(plugin: CatalogPlugin, node: RequestNode): Found;
  feature(entry: EntryOf<FeatureNode>, request: FeatureWish): Found;
  cycleOf(name: string): readonly string[] | undefined;
  readonly isFull: boolean;
  identify(feature: Omit<Feature, "id">): Feature;
  bind(
    input: EntryOf<InputNode>,
    stream: Stream,
    column: string | undefined,
  ): Stream | BindingFault;
}

type Selection = Readonly<Record<string, string>>;

interface Found {
  readonly stream: Stream;
  readonly diagnostics: readonly Diagnostic[];
}

interface FeatureWish {
  readonly params: Parameters;
  readonly bindings: ReadonlyMap<string, Stream>;
  readonly selection: Selection;
}

/** Where a stream is named: the plugin, and the parameters and bindings of the feature there. */
export interface StreamContext {
  readonly finder: StreamFinder;
  readonly plugin: CatalogPlugin;
  readonly request: FeatureWish;
  readonly report: Report;
  /** Mistakes of the streams found. */
  readonly inherited: Set<Diagnostic>;
}

/** Finds the stream; what cannot be found is reported and becomes an open stream. */
export function resolveStream(node: StreamNode, context: StreamContext): Stream {
  switch (node.kind) {
    case "hole":
      return resolveHole(node, context);
    case "union":
      return resolveUnion(node, context);
    case "path":
      return resolvePath(node, context);
  }
}

type NodeOf<Kind extends StreamNode["kind"]> = Extract<StreamNode, { kind: Kind }>;

function resolveUnion(node: NodeOf<"union">, context: StreamContext): Stream {
  const members = node.members.map((member) => ({
    node: member,
    stream: resolveStream(member, context),
  }));
  const { plugin, report, finder } = context;
  const identify = (feature: Omit<Feature, "id">) => finder.identify(feature);
  return checkUnion(members, { plugin: plugin.text.name, report, identify });
}

function resolvePath(node: NodeOf<"path">, context: StreamContext): Stream {
  const { path } = node;
  const [first, second] = path;
  if (first === undefined) return createOpenStream("");
  const name = path.map((part) => part.name).join(".");
  if (path.length > 2) {
    const hint = "streams are named plugin.name";
    context.report("E202", node, `Cannot find the stream "${name}"`, hint);
    return createOpenStream(name);
  }
  const plugin = second === undefined ? context.plugin : findPlugin(first, context);
  if (plugin === undefined) return createOpenStream(name);
  const entry = findStream(plugin, (second ?? first).name, { span: node, context });
  if (entry === undefined) return createOpenStream(name);
  const values = node.arguments.map((argument) => ({ name: argument.name.name, argument }));
  return open(entry, { span: node, values, shown: name }, context);
}

function resolveHole(node: NodeOf<"hole">, context: StreamContext): Stream {
  const { description } = node.hole;
  const { report, finder } = context;
  if (description.kind !== "stream") {
    const hint = "a stream hole is a property of another plugin: ${market.mid_price}";
    report("E701", node, "Expected a stream in this hole", hint);
    return createOpenStream("hole");
  }
  const { plugin: owner, name, params } = description;
  const plugin = finder.catalog.get(owner);
  if (plugin === undefined) {
    report("E208", node, `Cannot find the plugin "${owner}"`);
    return createOpenStream(name);
  }
  const entry = findStream(plugin, name, { span: node, context });
  if (entry === undefined) return createOpenStream(name);
  const values = Object.entries(params).map(([key, value]) => ({ name: key, value }));
  return open(entry, { span: node, values, shown: name }, context);
}

function findPlugin(
  { name, start, end }: Span & { readonly name: string },
  { finder, report }: StreamContext,
): CatalogPlugin | undefined {
  const plugin = finder.catalog.get(name);
  if (plugin !== undefined) return plugin;
  const names = [...finder.catalog.keys()];
  const hint = didYouMean(name, names) ?? `plugins here are ${listNames(names)}`;
  return report("E208", { start, end }, `Cannot find the plugin "${name}"`, hint);
}

function findStream(
  plugin: CatalogPlugin,
  name: string,
  { span, context }: { readonly span: Span; readonly context: StreamContext },
): Entry | undefined {
  const entry = findEntry(plugin, name);
  if (entry !== undefined || plugin.node.broken) return entry;
  const hint = suggestEntry(context.finder.catalog, plugin, name);
  const place = plugin === context.plugin ? "" : ` in the plugin "${plugin.text.name}"`;
  return context.report("E202", span, `Cannot find the stream "${name}"${place}`, hint);
}

interface Wish {
  readonly span: Span;
  readonly values: readonly ValueFor[];
  readonly shown: string;
}

function open(entry: Entry, wish: Wish, context: StreamContext): Stream {
  const { finder, request, report, inherited } = context;
  if (entry.kind !== "feature" && wish.values.length > 0) {
    report("E204", wish.span, `The ${entry.kind} "${wish.shown}" takes no parameters`);
  }
  switch (entry.kind) {
    case "source":
      return take(finder.source(entry, request.selection), wish.shown, inherited);
    case "input":
      return openInput(entry, wish, context);
    case "request":
      return take(finder.request(entry.plugin, entry.node), wish.shown, inherited);
    case "feature":
      return openFeature(entry, wish, context);
  }
}

function openInput(entry: EntryOf<InputNode>, wish: Wish, context: StreamContext): Stream {
  const { finder, plugin, request, report, inherited } = context;
  if (entry.plugin === plugin) {
    const bound = request.bindings.get(entry.node.name.name);
    return bound ?? take(finder.input(plugin, entry.node), wish.shown, inherited);
  }
  const hint = "use one of its features and bind the input there";
  report("E202", wish.span, `"${entry.name}" is a formal input of another plugin`, hint);
  return createOpenStream(wish.shown);
}

function openFeature(entry: EntryOf<FeatureNode>, wish: Wish, context: StreamContext): Stream {
  const { finder, request, report, inherited, plugin } = context;
  const needed = formalInputs(entry);
  const bindings = new Map(entry.plugin === plugin ? request.bindings : []);
  for (const value of wish.values) {
    const input = needed.find(({ node }) => node.name.name === value.name);
    if (input !== undefined) bindArgument(input, value, { bindings, wish, context });
  }
  const values = wish.values.filter(({ name }) =>
    !needed.some(({ node }) => node.name.name === name)
  );
  const params = chooseParameters(entry, { span: wish.span, values }, {
    params: request.params,
    report,
  });
  const missing = needed.filter(({ node }) => !bindings.has(node.name.name));
  if (missing.length > 0 && entry.plugin !== plugin) {
    const [first] = missing;
    const name = first?.node.name.name ?? "";
    const hint = `bind it: ${entry.name}(${name}: some_feature.column)`;
    report("E704", wish.span, `"${entry.name}" needs the input "${name}"`, hint);
    return createOpenStream(wish.shown);
  }
  const cycle = finder.cycleOf(entry.name);
  if (cycle !== undefined) {
    report("E205", wish.span, `A feature cannot read itself: ${cycle.join(" -> ")}`);
    return createOpenStream(wish.shown);
  }
  if (finder.isFull) {
    report("E213", wish.span, "Too many features read each other in a chain");
    return createOpenStream(wish.shown);
  }
  const { selection } = request;
  return take(finder.feature(entry, { params, bindings, selection }), wish.shown, inherited);
}

function take(found: Found, shown: string, inherited: Set<Diagnostic>): Stream {
  for (const diagnostic of found.diagnostics) inherited.add(diagnostic);
  return { ...found.stream, name: shown };
}

interface BindingWork {
  readonly bindings: Map<string, Stream>;
  readonly wish: Wish;
  readonly context: StreamContext;
}

/** `x: feature`, `x: feature.column`, `x: plugin.feature`, `x: plugin.feature.column` or a stream hole. */
function bindArgument(
  input: EntryOf<InputNode>,
  value: ValueFor,
  { bindings, wish, context }: BindingWork,
): void {
  const { report, finder } = context;
  bindings.set(value.name, createOpenStream(value.name));
  const node = "argument" in value ? value.argument.value : undefined;
  if (node === undefined || (node.kind !== "path" && node.kind !== "hole")) {
    const hint = `name a stream: ${value.name}: mid_price.price`;
    report("E705", node ?? wish.span, `Expected a stream for the input "${value.name}"`, hint);
    return;
  }
  const { stream, column } = findBinding(node, context);
  if (stream.open === true || stream.upstream === undefined) return;
  const bound = finder.bind(input, stream, column);
  if (!isFault(bound)) bindings.set(value.name, bound);
  else report(bound.code, node, bound.message, bound.hint);
}

function findBinding(
  node: Extract<ArgumentNode["value"], { kind: "path" | "hole" }>,
  context: StreamContext,
): { readonly stream: Stream; readonly column?: string } {
  if (node.kind === "hole") return { stream: resolveStream(node, context) };
  const { path } = node;
  const [first, second] = path;
  const local = context.plugin.declarations.has(first?.name ?? "");
  const other = context.finder.catalog.has(first?.name ?? "");
  const length = !local && other && second !== undefined ? 2 : 1;
  const column = path[length]?.name;
  const stream = resolveStream({ ...node, path: path.slice(0, length), arguments: [] }, context);
  return column === undefined ? { stream } : { stream, column };
}
