/** Plugins for tests: a tag that gives the compiler's input, with a module text around the template. */
import { describeTemplate } from "../../dsl/plugin.ts";
import type { PluginText } from "../../dsl/template.ts";

/** `pluginSource("market")`source …`` as if it were the file `market.ts`. */
export function pluginSource(
  name: string,
): (strings: TemplateStringsArray, ...holes: readonly unknown[]) => PluginText {
  return (strings, ...holes) => createPluginText(name, strings.raw, holes);
}

/** A plugin of plain text without holes. */
export function pluginOfText(name: string, template: string): PluginText {
  return createPluginText(name, [template], []);
}

/** A readable stand-in for a hash, good enough for tests: FNV-1a of 64 bits. */
export function hashText(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let index = 0; index < text.length; index++) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(index))) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, "0");
}

function createPluginText(
  name: string,
  raw: readonly string[],
  holes: readonly unknown[],
): PluginText {
  const body = raw.map((part, index) => index === 0 ? part : `\${hole${index - 1}}${part}`).join(
    "",
  );
  const text =
    `import { plugin } from "featurizer";\n\nexport default plugin("${name}")\`${body}\`;\n`;
  const template = describeTemplate({ name, raw: [...raw], holes });
  return { ...template, file: `${name}.ts`, text, bundleHash: `bundle-of-${name}` };
}
