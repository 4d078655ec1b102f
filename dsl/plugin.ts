/** The `plugin` tag: what a plugin module imports. It only records; the compiler gives it meaning. */
import { describeSchema } from "./schema_hole.ts";
import type { HoleDescription, TemplateDescription } from "./template.ts";

/** Parameters of a stream: durations as text (`"5m"`), numbers, truths. */
export type Parameters = Readonly<Record<string, string | number | boolean>>;

/** A feature or source of a plugin, as a hole of another template reads it. Call it to set parameters. */
export interface StreamReference {
  /** The same stream with these parameters over the ones it has. */
  (params: Parameters): StreamReference;
}

interface StreamIdentity {
  readonly plugin: string;
  readonly name: string;
  readonly params: Parameters;
}

/**
 * A plugin: each property is the stream of that name. Where `noUncheckedIndexedAccess` is on, set parameters
 * with `?.`: `market.mid_price?.({ window: "5m" })`.
 */
export type Plugin = { readonly [stream: string]: StreamReference };

/** One evaluated template with its hole values, in the realm that evaluated it. */
export interface Template {
  readonly name: string;
  readonly raw: readonly string[];
  readonly holes: readonly unknown[];
}

const streams = new WeakMap<object, StreamIdentity>();
const templateBrand = Symbol("featurizer.template");

/**
 * Names a plugin and returns the tag of its template.
 *
 * @param name What configs and other plugins call it, for example `market`.
 * @returns A template tag; the tagged template is the module's default export.
 *
 * @example A plugin of one feature
 * ```ts
 * import { plugin } from "featurizer";
 *
 * export default plugin("weather")`
 *   source readings { station string key, ts timestamp time, celsius f64 }
 *   feature warmth on readings { mean = avg(celsius) over 1h }
 * `;
 * ```
 */
export function plugin(
  name: string,
): (strings: TemplateStringsArray, ...holes: readonly unknown[]) => Plugin {
  return (strings, ...holes) => {
    const template: Template = { name, raw: [...strings.raw], holes };
    return new Proxy({} as Plugin, {
      get: (_target, property) => {
        if ((property as symbol) === templateBrand) return template;
        return typeof property === "string" ? streamReference(name, property, {}) : undefined;
      },
    });
  };
}

/** The template behind a plugin, or undefined if the value is no plugin. */
export function templateOf(value: unknown): Template | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as Record<symbol, Template | undefined>)[templateBrand];
}

/** The template as data that can leave its realm. */
export function describeTemplate(template: Template): TemplateDescription {
  const { name, raw, holes } = template;
  const counts = { aggregate: 0, fold: 0 };
  return {
    name,
    raw,
    holes: holes.map((hole) => {
      const description = describeHole(hole);
      if (description.kind !== "aggregate" && description.kind !== "fold") return description;
      const number = ++counts[description.kind];
      if (description.name !== "") return description;
      return { ...description, name: `${description.kind} ${number} of ${name}` };
    }),
  };
}

function streamReference(plugin: string, name: string, params: Parameters): StreamReference {
  const reference = (more: Parameters) => streamReference(plugin, name, { ...params, ...more });
  streams.set(reference, { plugin, name, params });
  return reference;
}

function describeHole(hole: unknown): HoleDescription {
  if (typeof hole === "number") return { kind: "number", value: hole };
  if (typeof hole === "string") return { kind: "string", value: hole };
  if (typeof hole === "boolean") return { kind: "boolean", value: hole };
  if (typeof hole === "function") {
    const stream = streams.get(hole);
    return stream
      ? { kind: "stream", ...stream }
      : { kind: "function", name: hole.name, arity: hole.length };
  }
  return describeSchema(hole) ?? describeObject(hole);
}

function describeObject(hole: unknown): HoleDescription {
  if (typeof hole !== "object" || hole === null) return { kind: "other", text: String(hole) };
  const has = (name: string) => typeof Reflect.get(hole, name) === "function";
  const own = Reflect.get(hole, "name");
  const name = typeof own === "string" ? own : "";
  if (has("init") && has("add") && has("result")) {
    return { kind: "aggregate", name, hasMerge: has("merge"), hasRemove: has("remove") };
  }
  if (has("init") && has("reduce")) return { kind: "fold", name };
  return { kind: "other", text: Array.isArray(hole) ? "an array" : "an object" };
}
