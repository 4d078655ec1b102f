/**
 * Featurizer: features for machine learning, computed the same on history and on live events.
 *
 * A plugin module imports {@linkcode plugin} and defines sources and features in a small language; a program
 * builds point-in-time correct training sets with {@linkcode buildSet}. The command line does the same.
 *
 * @module
 */
export { type Parameters, type Plugin, plugin, type StreamReference } from "./dsl/mod.ts";
export { type ErrorDomain, type ErrorOptions, FeaturizerError } from "./runtime/errors.ts";
export {
  buildSet,
  type LateReport,
  type RunOptions,
  type RunProgress,
  type SetReport,
} from "./runtime/set/mod.ts";
