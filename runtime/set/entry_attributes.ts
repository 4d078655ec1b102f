/** What a source says about the attributes of its entries, held against the config. */
import { didYouMean, type Source } from "../../dsl/mod.ts";
import { located } from "./config_error.ts";
import type { DataSourceConfig, SetConfig } from "./config_types.ts";

/** A source with `attributes a, b` takes entries that have exactly those, besides attributes that fill a column. */
export function checkAttributes(
  config: SetConfig,
  entry: DataSourceConfig,
  { index, source }: { readonly index: number; readonly source: Source },
): void {
  const declared = source.attributes;
  if (declared === undefined) return;
  const columns = source.columns.map(({ name }) => name);
  const path = ["data_sources", index, "attributes"];
  const unknown = Object.keys(entry.attributes)
    .find((name) => !declared.includes(name) && !columns.includes(name));
  if (unknown !== undefined) {
    const hint = didYouMean(unknown, [...declared, ...columns]) ??
      `its attributes are ${declared.join(", ")}`;
    const message = `"${entry.source}" has no attribute "${unknown}"`;
    throw located(config, [...path, unknown], message, hint);
  }
  const missing = declared.find((name) => !Object.hasOwn(entry.attributes, name));
  if (missing === undefined) return;
  const message = `the entry lacks the attribute "${missing}" of "${entry.source}"`;
  throw located(config, ["data_sources", index], message, `add attributes: {${missing}: …}`);
}
