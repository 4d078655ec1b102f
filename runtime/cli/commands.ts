/** The list of commands. Each is loaded when it is called, so that `--help` loads none of the engine. */
import type { CommandEntry } from "./command_spec.ts";

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "run",
    summary: "build the set that a config describes",
    load: async () => (await import("./commands/run.ts")).RUN,
  },
  {
    name: "serve",
    summary: "keep a config's features up to date and serve them over HTTP and WebSocket",
    load: async () => (await import("./commands/serve.ts")).SERVE,
  },
  {
    name: "replay",
    summary: "serve a config's features while history comes in at a chosen speed",
    load: async () => (await import("./commands/replay.ts")).REPLAY,
  },
  {
    name: "ingest",
    summary: "push a file to a running server",
    load: async () => (await import("./commands/ingest.ts")).INGEST,
  },
  {
    name: "savepoint",
    summary: "have a running server keep a checkpoint under a name",
    load: async () => (await import("./commands/savepoint.ts")).SAVEPOINT,
  },
  {
    name: "check",
    summary: "report every mistake in plugins and configs",
    load: async () => (await import("./commands/check.ts")).CHECK,
  },
  {
    name: "init",
    summary: "make a project that works, to begin with",
    load: async () => (await import("./commands/init.ts")).INIT,
  },
  {
    name: "new",
    summary: "begin a plugin, with its cases",
    load: async () => (await import("./commands/new.ts")).NEW,
  },
  {
    name: "test",
    summary: "run the cases that stand beside plugins",
    load: async () => (await import("./commands/test.ts")).TEST,
  },
  {
    name: "fmt",
    summary: "format the language inside plugins",
    load: async () => (await import("./commands/fmt.ts")).FMT,
  },
  {
    name: "types",
    summary: "write TypeScript types of a plugin's rows",
    load: async () => (await import("./commands/types.ts")).TYPES,
  },
  {
    name: "explain",
    summary: "show how features are computed",
    load: async () => (await import("./commands/explain.ts")).EXPLAIN,
  },
  {
    name: "features",
    summary: "list sources and features of plugins, or stored series",
    load: async () => (await import("./commands/features.ts")).FEATURES,
  },
  {
    name: "describe",
    summary: "schema, docs, lineage and statistics of a feature, a stored series or a file",
    load: async () => (await import("./commands/describe.ts")).DESCRIBE,
  },
  {
    name: "get-data",
    summary: "read rows of a set or a stored series",
    load: async () => (await import("./commands/get_data.ts")).GET_DATA,
  },
  {
    name: "plot",
    summary: "draw columns over time, in the terminal and as SVG",
    load: async () => (await import("./commands/plot.ts")).PLOT,
  },
  {
    name: "verify",
    summary: "compute what a live system stored again, and compare bit by bit",
    load: async () => (await import("./commands/verify.ts")).VERIFY,
  },
  {
    name: "runs",
    summary: "list the runs that the store knows",
    load: async () => (await import("./commands/runs.ts")).RUNS,
  },
  {
    name: "doctor",
    summary: "look for what is wrong with the installation and the store",
    load: async () => (await import("./commands/doctor.ts")).DOCTOR,
  },
  {
    name: "demo",
    summary: "build a training set from three million flights and plot it",
    load: async () => (await import("./commands/demo.ts")).DEMO,
  },
];
