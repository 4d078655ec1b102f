/** All that the plugins of a compilation declare, by name. */
import type {
  Declaration,
  FeatureNode,
  InputNode,
  PluginNode,
  RequestNode,
  SourceNode,
} from "./ast.ts";
import { didYouMean, type Report } from "./diagnostic.ts";
import type { PluginText } from "./template.ts";

/** A plugin with its text, its tree and its declarations by name. */
export interface CatalogPlugin {
  readonly text: PluginText;
  readonly node: PluginNode;
  readonly declarations: ReadonlyMap<string, Declaration>;
}

/** A declaration and whose it is. */
export type Entry =
  | EntryOf<SourceNode>
  | EntryOf<FeatureNode>
  | EntryOf<InputNode>
  | EntryOf<RequestNode>;

export interface EntryOf<Node extends Declaration> {
  readonly kind: Node["kind"];
  readonly plugin: CatalogPlugin;
  readonly node: Node;
  /** `market.quotes` */
  readonly name: string;
}

export type Catalog = ReadonlyMap<string, CatalogPlugin>;

/** The declarations of a plugin by name; one that comes twice is reported. */
export function createCatalogPlugin(
  text: PluginText,
  node: PluginNode,
  report: Report,
): CatalogPlugin {
  const declarations = new Map<string, Declaration>();
  for (const declaration of node.declarations) {
    const { name } = declaration;
    if (!declarations.has(name.name)) declarations.set(name.name, declaration);
    else report("E203", name, `The name "${name.name}" is defined twice in this plugin`);
  }
  return { text, node, declarations };
}

/** The declaration of a plugin with this name. */
export function findEntry(plugin: CatalogPlugin, name: string): Entry | undefined {
  const node = plugin.declarations.get(name);
  if (node === undefined) return undefined;
  const full = `${plugin.text.name}.${name}`;
  switch (node.kind) {
    case "source":
      return { kind: "source", plugin, node, name: full };
    case "feature":
      return { kind: "feature", plugin, node, name: full };
    case "input":
      return { kind: "input", plugin, node, name: full };
    case "request":
      return { kind: "request", plugin, node, name: full };
  }
}

/** What was probably meant by a name that a plugin does not declare. */
export function suggestEntry(
  catalog: Catalog,
  plugin: CatalogPlugin | undefined,
  name: string,
): string | undefined {
  const elsewhere = [...catalog.values()].find(({ declarations }) => declarations.has(name));
  if (elsewhere !== undefined) return `did you mean "${elsewhere.text.name}.${name}"?`;
  const all = [...catalog.values()].flatMap((each) =>
    [...each.declarations.keys()].map((local) => `${each.text.name}.${local}`)
  );
  const own = plugin === undefined ? undefined : didYouMean(name, plugin.declarations.keys());
  return own ?? didYouMean(name, all);
}
