/** A hostile plugin and an innocent one in the same set, run as `featurizer run` does. */
import { inSetFolder } from "../e2e/set_folder.ts";

/** What became of a run. */
export interface HostileOutcome {
  /** Code of the error that ended the run; none of a run that came to its end. */
  readonly code?: string;
  /** What that error said. */
  readonly message?: string;
  /** What the run told on its error output. */
  readonly told: string;
  /** The innocent plugin's column, in order; empty without a result. */
  readonly innocent: readonly string[];
  /** The hostile plugin's column, in order. */
  readonly hostile: readonly string[];
}

const ROWS = 40;
const LIMITS = { silence: "3s", load: "8s", heap_mb: 64, buffer_mb: 128 };

const INNOCENT = `import { plugin } from "featurizer";
globalThis.secret = "a key";
const next = (x) => 2 * x + 1;
export default plugin("innocent")\`
  source rows { k string key, at timestamp time, x f64 }
  feature f on rows { y = \${next}(x) as f64 }
\`;
`;

/** Runs the set of both. */
export async function runBeside(hostile: string): Promise<HostileOutcome> {
  const outcome = Promise.withResolvers<HostileOutcome>();
  const lines = Array.from({ length: ROWS }, (_, i) => `a,${timeOf(i)},${i}`);
  await inSetFolder({
    "hostile.ts": hostile,
    "innocent.ts": INNOCENT,
    "rows.csv": ["k,at,x", ...lines, ""].join("\n"),
    "set.yaml": JSON.stringify(CONFIG),
  }, async ({ run, path, results }) => {
    const { code, err } = await run("set.csv", "--format", "csv");
    if (code !== 0 && results().length > 0) throw new Error("A run that failed left a result");
    const rows = code === 0 ? rowsOf(Deno.readTextFileSync(path("out/set.csv"))) : [];
    const [, failed, message] = /error ([A-Z_]+): (.*)/.exec(err) ?? [];
    outcome.resolve({
      told: err,
      innocent: rows.map(({ innocent = "" }) => innocent),
      hostile: rows.map(({ hostile = "" }) => hostile),
      ...(failed === undefined || message === undefined ? {} : { code: failed, message }),
    });
  });
  return await outcome.promise;
}

/** The innocent plugin's column, computed here. */
export const INNOCENT_COLUMN: readonly string[] = Array.from(
  { length: ROWS },
  (_, i) => `${2 * i + 1}`,
);

const CONFIG = {
  plugins: ["./innocent.ts", "./hostile.ts"],
  start_date: "2024-05-01 09:00",
  end_date: "2024-05-01 10:00",
  spine: { feature: "innocent" },
  limits: LIMITS,
  data_sources: ["innocent", "hostile"].map((plugin) => ({
    source: `${plugin}.rows`,
    path: "rows.csv",
  })),
  feature_configs: ["innocent", "hostile"].map((name) => ({
    name,
    feature_definition: `${name}.f`,
  })),
};

function timeOf(second: number): string {
  return new Date(Date.UTC(2024, 4, 1, 9, 0, second)).toISOString();
}

function rowsOf(csv: string): { readonly innocent?: string; readonly hostile?: string }[] {
  const [head = "", ...lines] = csv.trim().split("\n");
  const names = head.split(",");
  const [innocent, hostile] = ["innocent.y", "hostile.y"].map((name) => names.indexOf(name));
  return lines.map((line) => {
    const cells = line.split(",");
    return { innocent: cells[innocent!]!, hostile: cells[hostile!]! };
  });
}
