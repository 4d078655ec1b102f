/** The constructs of the language, each as what its text looks like in a plugin. */
import { aggregateFunctions } from "../../dsl/aggregate_functions.ts";
import { scalarFunctions } from "../../dsl/functions.ts";
import type { Case } from "./case.ts";

const CALLS = [...aggregateFunctions.keys(), ...scalarFunctions.keys()]
  .map((name) => [name, new RegExp(`\\b${name}\\(`)] as const);

const CLAUSES: readonly (readonly [string, RegExp])[] = [
  ["table", /\n {2}table /],
  ["deleted", / deleted\n/],
  ["lateness", / lateness /],
  ["unique by", / unique by /],
  ["sequence", / sequence\n/],
  ["computed time", / time = /],
  ["key beyond 2^53", / i64 key\n/],
  ["list column", / list<f64>\n/],
  ["struct column", / struct\{/],
  ["map column", / map<string, i64>\n/],
  ["vector column", / vector\(\d\)\n/],
  ["formal input", /\n {2}input /],
  ["another plugin's stream", / on first\./],
  ["stream hole", /on \$\{/],
  ["parameters", /feature \w+\([^)]*=/],
  ["arguments", / on [\w.]+\(\w+:/],
  ["by", / by \w/],
  ["by ()", / by \(\)/],
  ["where of a feature", /feature .* where /],
  ["where of a call", /\) where .* over /],
  ["prev or lag in where", /feature .* where .*(prev|lag)\(/],
  ["join value", / join [^{]* as j\d(?! within| between)/],
  ["join within", / as j\d within /],
  ["join between", / as j\d between /],
  ["join on", / on \w+ == j\d/],
  ["union", / union\(/],
  ["nested union", /union\(union\(/],
  ["join of a union", /join union\(/],
  ["fold", / fold \$\{tally\}/],
  ["fold with init", / fold \$\{recent\}/],
  ["user aggregate", /\$\{middle\}\(/],
  ["user aggregate of texts", /\$\{longest\}\(/],
  ["user aggregate of two", /\$\{dotted\}\(/],
  ["function hole", /\$\{half\}\(/],
  ["function hole to text", /\$\{shout\}\(/],
  ["every", /\} every |\w every /],
  ["ttl", / ttl \d/],
  ["sliding window", / over \d+s\)/],
  ["last n", / over last \d/],
  ["ever", / over ever/],
  ["window parameter", / over window/],
  ["count parameter", / last rows_back/],
  ["tumbling", / over tumbling \d+s/],
  ["hopping", / over hopping /],
  ["step larger than width", / over hopping (1s step [235]|3s step 5)s/],
  ["offset", / offset /],
  ["fill", / fill/],
  ["session", / over session /],
  ["bars of rows", / tumbling \d rows/],
  ["bars by sum", / tumbling sum\(/],
  ["excluding current", / excluding current/],
  ["per", / per \w/],
  ["per top by key", / top \d by key/],
  ["per top by value", / top \d by value/],
  ["cast to text", / as string\)/],
  ["cast to i64", / as i64\)/],
  ["cast to i32", / as i32\)/],
  ["cast to f64", / as f64\)/],
  ["cast to bool", / as bool /],
  ["cast to timestamp", / as timestamp\)/],
  ["cast of a vector", / as list<f64>\)/],
  ["element", /\w\[-?\d\]/],
  ["element by key", /\["/],
  ["field", /\]\.\w|deep\.\w/],
  ["zone", /"Europe\/Berlin"/],
  ["if", /\(if /],
  ["in", / in \(/],
  ["??", / \?\? /],
  ["prev", /prev\(/],
  ["lag", /lag\(/],
  ["not", /\(not /],
];

/** What random cases leave out: functions that only round, or that other tests hold to account. */
const LEFT_OUT = new Set(
  "round log2 log10 pow cos tan asin acos atan2 avg_list".split(" "),
);

export const CONSTRUCTS: readonly (readonly [string, RegExp])[] = [...CALLS, ...CLAUSES]
  .filter(([name]) => !LEFT_OUT.has(name));

/** Names of the constructs that a case holds. */
export function constructsOf({ plugins }: Case): readonly string[] {
  const text = plugins.map(({ body }) => body).join("\n");
  return CONSTRUCTS.filter(([, pattern]) => pattern.test(text)).map(([name]) => name);
}
