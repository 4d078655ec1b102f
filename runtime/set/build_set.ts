/** Building a set from a program instead of the command line. */
import { createDirectLauncher } from "../worker/mod.ts";
import type { RunOptions, SetReport } from "./report.ts";
import { runSet } from "./run.ts";

/**
 * Builds the feature-label set of a config, as `featurizer run` does.
 *
 * Plugins run in workers of this process. They are locked down, but it is the permissions of this process that
 * they lack names for: use the command line for plugins you do not trust.
 *
 * @param options The config's path, and what overrides it.
 * @returns The result's path, its columns and rows, what was late, and what the store gave.
 * @throws FeaturizerError if the config, a plugin, a file or a row is wrong; no result is left behind then.
 *
 * @example Build a set and read its size
 * ```ts ignore
 * import { buildSet } from "featurizer";
 *
 * const report = await buildSet({ config: "examples/flights/grid.yaml" });
 * console.log(report.path, report.rows);
 * ```
 */
export function buildSet(options: RunOptions): Promise<SetReport> {
  return runSet(options, { launcher: createDirectLauncher() });
}
