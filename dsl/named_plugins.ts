/** The other plugins that a template names in its streams. */
import type { FeatureNode, StreamNode } from "./ast.ts";
import { createReport } from "./diagnostic.ts";
import { parse } from "./parser.ts";
import { createSourceText } from "./source.ts";
import type { PluginText } from "./template.ts";

/** `market` of `on market.mid_price`; names only, whether such plugins exist or not. */
export function namedPlugins(text: PluginText): ReadonlySet<string> {
  const source = createSourceText(text);
  const { declarations } = parse(text.name, source, createReport(source, []));
  const own = new Set([text.name, ...declarations.map(({ name }) => name.name)]);
  const features = declarations.filter((each): each is FeatureNode => each.kind === "feature");
  const paths = features.flatMap((feature) =>
    [feature.on, ...feature.joins.map(({ right }) => right)].flatMap(pathsOf)
  );
  const named = paths.flatMap(([first, second]) =>
    first === undefined || second === undefined || own.has(first) ? [] : [first]
  );
  return new Set(named);
}

/** What the stream names, and the streams that its formal inputs are bound to. */
function pathsOf(stream: StreamNode): readonly (readonly string[])[] {
  if (stream.kind === "union") return stream.members.flatMap(pathsOf);
  if (stream.kind === "hole") return [];
  const bound = stream.arguments.flatMap(({ value }) => value.kind === "path" ? [value.path] : []);
  return [stream.path, ...bound].map((path) => path.map(({ name }) => name));
}
