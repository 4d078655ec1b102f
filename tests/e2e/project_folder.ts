/** A small project in a folder of its own: a plugin, a file of events and a config, each to be spoiled. */
import { join } from "node:path";
import { createDirectLauncher } from "../../runtime/worker/mod.ts";
import { callCommand, type CommandResult } from "../runtime/cli/command_call.ts";

export interface ProjectFiles {
  readonly plugin: string;
  readonly events: string;
  readonly config: string;
}

export interface ProjectFolder {
  readonly folder: string;
  /** `featurizer run` of the config, with result and store inside the folder. */
  run(...options: string[]): Promise<CommandResult>;
  call(...args: string[]): Promise<CommandResult>;
  /** Names of the files that a run left in `out/`. */
  results(): string[];
}

export const PROJECT: ProjectFiles = {
  plugin: `import { plugin } from "featurizer";

export function half(amount: number): number {
  return amount / 2;
}

export default plugin("shop")\`
  source orders {
    customer  string     key
    ordered   timestamp  time
    amount    f64
  }

  feature spending(window = 1h) on orders {
    total = sum(amount)
  } over window

  feature halves on orders {
    half = \${half}(amount) as f64
  }
\`;
`,
  events: `customer,ordered,amount
ann,2024-05-01 09:00:00,20
ben,2024-05-01 09:20:00,8
ann,2024-05-01 09:40:00,35
ben,2024-05-01 10:00:00,12
`,
  config: `plugins: [./shop.ts]
start_date: 2024-05-01 09:00
end_date: 2024-05-01 11:00
sampling: 30m
data_sources:
  - source: shop.orders
    path: orders.csv
feature_configs:
  - feature_definition: shop.spending
    name: spending
  - feature_definition: shop.halves
    name: halves
`,
};

/** Runs the act in a folder with the files, which is gone afterwards. */
export async function inProject(
  changes: Partial<ProjectFiles>,
  act: (project: ProjectFolder) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const { plugin, events, config } = { ...PROJECT, ...changes };
  try {
    await Deno.mkdir(join(folder, "out"));
    await Deno.writeTextFile(join(folder, "shop.ts"), plugin);
    await Deno.writeTextFile(join(folder, "orders.csv"), events);
    await Deno.writeTextFile(join(folder, "set.yaml"), config);
    await act(openFolder(folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function openFolder(folder: string): ProjectFolder {
  const launcher = createDirectLauncher();
  const out = join(folder, "out");
  const call = (...args: string[]) => callCommand(args, launcher);
  const store = join(folder, "store.db");
  return {
    folder,
    call,
    run: (...options) =>
      call("run", join(folder, "set.yaml"), "-o", join(out, "set.csv"), "--format", "csv", ...[
        "--store",
        store,
      ], ...options),
    results: () => [...Deno.readDirSync(out)].map(({ name }) => name),
  };
}
