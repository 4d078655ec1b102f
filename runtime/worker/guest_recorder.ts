/** What `import { plugin } from "featurizer"` means inside a guest: the tag, and a record of what it tagged. */
import {
  describeTemplate,
  type Plugin,
  plugin as tagPlugin,
  templateOf,
} from "../../dsl/plugin.ts";
import type { RecordedTemplate } from "./protocol.ts";

interface Recorded {
  readonly file: string;
  readonly plugin: Plugin;
}

const recorded: Recorded[] = [];

/** The `plugin` function as the module at `file` sees it. */
export function pluginIn(file: string): typeof tagPlugin {
  return (name) => {
    const tag = tagPlugin(name);
    return (strings, ...holes) => {
      const plugin = tag(strings, ...holes);
      recorded.push({ file, plugin });
      return plugin;
    };
  };
}

/** Every template tagged so far, as data. */
export function describeRecorded(): RecordedTemplate[] {
  return recorded.map(({ file, plugin }) => {
    const template = templateOf(plugin);
    if (template === undefined) throw new TypeError("Cannot describe a plugin: it has no template");
    return { file, template: describeTemplate(template) };
  });
}

/** Where in the record a module's default export is; -1 if it is no plugin. */
export function indexOfRecorded(value: unknown): number {
  return recorded.findIndex((one) => one.plugin === value);
}

/** The hole values of the plugin of this name, its own objects and functions. */
export function holesOf(name: string): readonly unknown[] {
  const found = recorded.map(({ plugin }) => templateOf(plugin)).find((one) => one?.name === name);
  if (found === undefined) {
    throw new Error(`Cannot find plugin "${name}": the bundle has none of that name`);
  }
  return found.holes;
}
