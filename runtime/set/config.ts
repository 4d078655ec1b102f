/** From YAML text to a `SetConfig`: parse, check the shape, resolve what refers to what. */
import { dirname, resolve } from "node:path";
import { FeaturizerError } from "../errors.ts";
import { ConfigError, placeFault, placeProblem } from "./config_error.ts";
import { faultsOfIssues } from "./config_faults.ts";
import { resolveConfig } from "./config_resolve.ts";
import { boundedSchema, configSchema } from "./config_schema.ts";
import { onlyLive, purposeOf } from "./config_live.ts";
import type { ConfigPurpose, SetConfig } from "./config_types.ts";
import { parseYaml } from "./yaml_text.ts";

/** Reads a config file, for a bounded run unless another purpose is given; relative paths inside it start at its folder. */
export async function loadConfig(
  path: string,
  options: { readonly purpose?: ConfigPurpose } = {},
): Promise<SetConfig> {
  return parseConfig(await readConfig(path), { file: path, ...options });
}

/** Parses a config's text; throws one `ConfigError` with every problem. */
export function parseConfig(
  text: string,
  { file, purpose: wanted = "run" }: { readonly file: string; readonly purpose?: ConfigPurpose },
): SetConfig {
  const yaml = parseYaml(text);
  if (yaml.problems.length > 0) {
    throw new ConfigError(
      file,
      yaml.problems.map((problem) => placeProblem(text, problem.span, problem)),
    );
  }
  const purpose = purposeOf(yaml.value, wanted);
  const unready = purpose === "run" ? onlyLive(yaml.value) : undefined;
  if (unready) throw new ConfigError(file, [placeFault(yaml, unready)]);
  const schema = purpose === "run" ? boundedSchema : configSchema;
  const document = schema.safeParse(yaml.value ?? {});
  if (!document.success) {
    const faults = faultsOfIssues(document.error.issues, yaml.value ?? {});
    throw new ConfigError(file, faults.map((fault) => placeFault(yaml, fault)));
  }
  const folder = resolve(dirname(file));
  const { config, faults } = resolveConfig(document.data, { file, folder, yaml, purpose });
  if (faults.length > 0) {
    throw new ConfigError(file, faults.map((fault) => placeFault(yaml, fault)));
  }
  return config;
}

async function readConfig(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) {
      throw new FeaturizerError(`Cannot read config "${path}": there is no such file`, {
        code: "CONFIG_NOT_FOUND",
        cause,
        hint: "Check the path; it is relative to the working folder.",
      });
    }
    if (!(cause instanceof Error)) throw cause;
    throw new FeaturizerError(`Cannot read config "${path}": ${cause.message}`, {
      code: "CONFIG_UNREADABLE",
      domain: "external",
      cause,
      hint: "Check that the path is a file that you may read.",
    });
  }
}
