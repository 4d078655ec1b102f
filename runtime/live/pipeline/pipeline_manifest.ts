/** What a pipeline is made of, as a checkpoint remembers it: whether its state still fits, and if not, why. */
import { createHash } from "node:crypto";
import type { PhysicalPlan, SetFeature } from "../../../dsl/mod.ts";
import { FeaturizerError } from "../../errors.ts";

/** Plain data; its JSON is the identity of a checkpoint. */
export interface PipelineManifest {
  readonly kind: "features" | "set";
  /** Names with identities, in the order of the plan. */
  readonly features: readonly (readonly [string, string])[];
  /** Hash of everything that the state's shape depends on. */
  readonly schema: string;
}

export function manifestOf(
  kind: PipelineManifest["kind"],
  features: readonly SetFeature[],
  plan: PhysicalPlan,
): PipelineManifest {
  return {
    kind,
    features: features.map(({ name, feature }) => [name, feature.id]),
    schema: schemaOf(plan),
  };
}

export function printManifest(manifest: PipelineManifest): string {
  return JSON.stringify(manifest);
}

export function parseManifest(identity: string): PipelineManifest {
  return JSON.parse(identity);
}

/** Throws what has changed, if a state made under `stored` does not fit the plan of now. */
export function requireSameSchema(
  pipeline: string,
  stored: PipelineManifest,
  now: PipelineManifest,
): void {
  if (stored.schema === now.schema) return;
  const known = new Map(stored.features);
  const changed = now.features.filter(([name, id]) => known.get(name) !== id).map(([name]) => name);
  const gone = stored.features.map(([name]) => name)
    .filter((name) => !now.features.some(([other]) => other === name));
  const what = [
    ...changed.map((name) => `feature "${name}" is another one`),
    ...gone.map((name) => `feature "${name}" is gone`),
  ];
  const why = what.length > 0 ? what.join(", ") : "this version keeps state in another form";
  throw new FeaturizerError(`Cannot restore pipeline "${pipeline}": ${why}`, {
    code: "STATE_CHANGED",
    hint:
      "Start with --from-history to make its state and rows again from the log, or undo the change.",
  });
}

function schemaOf({ sites, sources, sourceEdges, tableEdge, result, rows }: PhysicalPlan): string {
  const shapes = sources.map(({ source, ranked, reads, computed, columns }) => {
    const { plugin, name, time, keys, sequence, unique, selection } = source;
    return {
      plugin,
      name,
      time,
      keys,
      sequence,
      unique,
      selection,
      ranked,
      reads,
      computed,
      columns,
    };
  });
  const text = JSON.stringify([sites, shapes, sourceEdges, tableEdge, result, rows], printed);
  return createHash("sha256").update(text).digest("hex");
}

/** JSON knows no infinities. */
function printed(_: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
