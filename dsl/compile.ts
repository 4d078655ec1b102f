/** The whole front end in order: locate, parse, catalog, check; then features on demand. */
import { type Catalog, type CatalogPlugin, createCatalogPlugin, findEntry } from "./catalog.ts";
import { type CheckedPlugin, describePlugin } from "./checked_plugin.ts";
import { createReport, type Diagnostic } from "./diagnostic.ts";
import { type Instance, Instantiator } from "./instantiate.ts";
import { defaultParameters } from "./parameters.ts";
import { parse } from "./parser.ts";
import { type FeatureRequest, type FeatureResult, instantiateRequest } from "./request.ts";
import { createSourceText } from "./source.ts";
import type { PluginText } from "./template.ts";

/** Plugins, checked together. */
export interface Compilation {
  /** All mistakes of all plugins, those of features with their default parameters included. */
  readonly diagnostics: readonly Diagnostic[];
  readonly plugins: readonly CheckedPlugin[];
  /** A feature with parameters, formal inputs and sources chosen; features equal in id are one object. */
  instantiate(request: FeatureRequest): FeatureResult;
}

/**
 * Compiles plugins that may read each other.
 *
 * @param plugins The templates, with the text of their modules.
 * @param options `hash` makes identities: the same text must give the same short text, for ever.
 * @returns What the plugins declare, all mistakes, and the way to instances.
 */
export function compilePlugins(
  plugins: readonly PluginText[],
  options: { hash(text: string): string },
): Compilation {
  const diagnostics: Diagnostic[] = [];
  const catalog = createCatalog(plugins, diagnostics);
  const instantiator = new Instantiator(catalog, (text) => options.hash(text));
  const checked: CheckedPlugin[] = [];
  for (const plugin of catalog.values()) {
    const instances = checkDeclarations(plugin, instantiator, diagnostics);
    checked.push(describePlugin(plugin, instances));
  }
  return {
    diagnostics: sortDiagnostics(diagnostics),
    plugins: checked,
    instantiate: (request) => instantiateRequest(request, instantiator),
  };
}

function createCatalog(plugins: readonly PluginText[], diagnostics: Diagnostic[]): Catalog {
  const catalog = new Map<string, CatalogPlugin>();
  for (const text of plugins) {
    const source = createSourceText(text);
    const report = createReport(source, diagnostics);
    const known = catalog.get(text.name);
    if (known !== undefined) {
      const span = { start: source.start, end: source.start };
      const hint = `the other one is in ${known.text.file}`;
      report("E211", span, `Two plugins are called "${text.name}"`, hint);
      continue;
    }
    if (!/^[A-Za-z_]\w*$/.test(text.name)) {
      const span = { start: source.start, end: source.start };
      const hint = "use the letters a to z, digits and _";
      report("E212", span, `Cannot call a plugin "${text.name}"`, hint);
    }
    const node = parse(text.name, source, report);
    catalog.set(text.name, createCatalogPlugin(text, node, report));
  }
  return catalog;
}

/** Checks every declaration once, features with their default parameters. */
function checkDeclarations(
  plugin: CatalogPlugin,
  instantiator: Instantiator,
  diagnostics: Diagnostic[],
): ReadonlyMap<string, Instance> {
  const instances = new Map<string, Instance>();
  for (const name of plugin.declarations.keys()) {
    const entry = findEntry(plugin, name);
    if (entry === undefined) continue;
    const instance = entry.kind === "source"
      ? instantiator.source(entry, {})
      : entry.kind === "input"
      ? instantiator.input(plugin, entry.node)
      : entry.kind === "request"
      ? instantiator.request(plugin, entry.node)
      : instantiator.feature(entry, {
        params: defaultParameters(entry.node, () => undefined),
        bindings: new Map(),
        selection: {},
      });
    instances.set(name, instance);
    diagnostics.push(...instance.diagnostics);
  }
  return instances;
}

function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const unique = new Map(diagnostics.map((diagnostic) => {
    const { code, message, place } = diagnostic;
    return [`${place?.file} ${place?.start} ${code} ${message}`, diagnostic];
  }));
  return [...unique.values()].sort((a, b) => {
    const [from, to] = [a.place, b.place];
    if (from?.file !== to?.file) return (from?.file ?? "") < (to?.file ?? "") ? -1 : 1;
    return (from?.start ?? 0) - (to?.start ?? 0);
  });
}
