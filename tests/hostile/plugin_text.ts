/** The text of a hostile plugin around what is hostile in it. */

/** A plugin whose feature `f` has the column `y`; `feature` is what follows its name. */
export function pluginOf(code: string, feature: string, source = SOURCE): string {
  return `import { plugin } from "featurizer";
${code}
export default plugin("hostile")\`
  source rows ${source}
  feature f ${feature}
\`;
`;
}

/** A plugin that computes `y` with a function, `hostile`, which the code defines. */
export function callingPlugin(code: string): string {
  return pluginOf(code, "on rows { y = ${hostile}(x) as f64 }");
}

/** A plugin with an aggregate of its own, one part of which is replaced. */
export function aggregatingPlugin(part: string): string {
  const sum = `const sum = {
  init: () => ({ of: 0 }),
  add: (state, x) => { state.of += x; return state; },
  merge: (a, b) => ({ of: a.of + b.of }),
  result: ({ of }) => of,
  ${part}
};`;
  return pluginOf(sum, "on rows { y = ${sum}(x) as f64 over 5s }");
}

const SOURCE = "{ k string key, at timestamp time, x f64 }";
