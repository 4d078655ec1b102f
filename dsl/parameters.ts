/** Parameters of a feature as it declares them. */
import type { FeatureNode } from "./ast.ts";
import { createDuration, evaluateConstant, type Literal, type Parameters } from "./constant.ts";
import type { Report } from "./diagnostic.ts";
import { parseDuration } from "./duration.ts";

/** The default values of a feature's parameters; a wrong one is reported and has no value. */
export function defaultParameters(node: FeatureNode, report: Report): Parameters {
  const params = new Map<string, Literal | undefined>();
  for (const { name, value } of node.params) {
    if (params.has(name.name)) {
      report("E203", name, `The parameter "${name.name}" is defined twice`);
      continue;
    }
    const literal = evaluateConstant(value, new Map(), report);
    params.set(name.name, literal === undefined ? undefined : toDefault(value, literal));
  }
  return params;
}

/** A hole's text like `"1m"` makes a duration parameter. */
function toDefault({ kind }: FeatureNode["params"][number]["value"], literal: Literal): Literal {
  const micros = kind === "hole" && typeof literal.value === "string"
    ? parseDuration(literal.value)
    : undefined;
  return micros === undefined ? literal : createDuration(micros);
}
