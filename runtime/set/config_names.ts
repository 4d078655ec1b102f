/** The names of a config's features, and what refers to them. */
import { didYouMean } from "../../dsl/mod.ts";
import type { ConfigFault } from "./config_error.ts";
import type { ConfigDocument } from "./config_schema.ts";
import type { DocumentPath } from "./yaml_text.ts";

export class FeatureNames {
  /** In the order of the config. */
  readonly all: readonly string[];
  readonly #faults: ConfigFault[];

  /** Reports names given twice to `faults`. */
  constructor(document: ConfigDocument, faults: ConfigFault[]) {
    this.#faults = faults;
    this.all = document.feature_configs.map(({ name, feature_definition: definition }) =>
      name ?? definition.slice(definition.indexOf(".") + 1)
    );
    this.all.forEach((name, index) => {
      if (this.all.indexOf(name) === index) return;
      faults.push({
        path: ["feature_configs", index, "name"],
        message: `a second feature is named "${name}"`,
        hint: "Give each entry of feature_configs a name of its own.",
      });
    });
  }

  /** The name behind a name or an index; an unknown one is reported and returned as text. */
  resolve(reference: string | number, path: DocumentPath): string {
    if (typeof reference === "string") return this.#known(reference, path);
    const name = this.all[reference];
    if (name !== undefined) return name;
    const message = `there is no feature number ${reference}`;
    const hint = `feature_configs has numbers 0 to ${this.all.length - 1}.`;
    this.#faults.push({ path, message, hint });
    return String(reference);
  }

  /** Like `resolve`, but a dotted name may be a stream of a plugin. */
  resolveStream(reference: string | number, path: DocumentPath): string {
    const isStream = typeof reference === "string" && reference.includes(".");
    return isStream ? reference : this.resolve(reference, path);
  }

  #known(name: string, path: DocumentPath): string {
    if (this.all.includes(name)) return name;
    this.#faults.push({
      path,
      message: `there is no feature named "${name}"`,
      hint: didYouMean(name, this.all) ??
        `the features of this config are ${this.all.join(", ")}`,
    });
    return name;
  }
}
