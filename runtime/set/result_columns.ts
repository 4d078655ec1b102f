/** The columns of a result, in order: spine keys, timestamp, features as the config lists them, label. */
import type { Column, PhysicalPlan } from "../../dsl/mod.ts";
import type { ResultColumn } from "./result_sink.ts";
import { TIMESTAMP } from "./result_sink.ts";
import type { Reuse } from "./reuse.ts";
import { columnFeatures, type PreparedRun } from "./prepared.ts";

export function resultColumns(
  prepared: PreparedRun,
  plan: PhysicalPlan,
  reuse: Reuse,
): readonly ResultColumn[] {
  const computed = plan.result?.columns ?? [];
  const at = (place: number, isLabel = false): ResultColumn => ({
    column: computed[place]!,
    isLabel,
    take: ({ columns }) => columns[place]!,
  });
  const features = columnFeatures(prepared).flatMap(({ name, feature }) =>
    feature.outputs.map(({ name: output, type }): ResultColumn => {
      const column: Column = { name: `${name}.${output}`, type };
      if (reuse.has(name)) {
        return {
          column,
          isLabel: false,
          take: () => reuse.column(name, output),
        };
      }
      return at(computed.findIndex((each) => each.name === column.name));
    })
  );
  const labels = computed.flatMap(({ name }, place) =>
    name.startsWith("label.") && isLabel(prepared, name) ? [at(place, true)] : []
  );
  return [
    ...prepared.bound.columns.map((_, place) => at(place)),
    { column: TIMESTAMP, isLabel: false, take: ({ time }) => time },
    ...features,
    ...labels,
  ];
}

function isLabel({ label }: PreparedRun, column: string): boolean {
  return label !== undefined &&
    label.feature.outputs.some(({ name }) => column === `label.${label.name}.${name}`);
}
