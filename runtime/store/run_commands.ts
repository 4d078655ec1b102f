/** The book of runs and plugin versions in SQL. */
import type { Connection } from "./connection.ts";
import type { PluginDraft, PluginRecord, RunDraft, RunOutcome, RunRecord } from "./records.ts";
import { integerOf, pluginOf, runOf } from "./rows.ts";

export async function startRun(
  connection: Connection,
  run: RunDraft,
  nowUs: number,
): Promise<number> {
  const { rows: [row] } = await connection.run({
    sql: `INSERT INTO runs (config, config_hash, started_us, status)
      VALUES (?, ?, ?, 'running') RETURNING id`,
    args: [run.config, run.configHash, nowUs],
  });
  return integerOf(row?.id);
}

export async function finishRun(
  connection: Connection,
  id: number,
  { outcome, nowUs }: { readonly outcome: RunOutcome; readonly nowUs: number },
): Promise<void> {
  const report = outcome.report === undefined ? null : JSON.stringify(outcome.report);
  await connection.run({
    sql: "UPDATE runs SET status = ?, finished_us = ?, report = ? WHERE id = ?",
    args: [outcome.status, nowUs, report, id],
  });
}

export async function listRuns(
  connection: Connection,
  limit: number,
): Promise<readonly RunRecord[]> {
  const { rows } = await connection.run({
    sql: "SELECT * FROM runs ORDER BY id DESC LIMIT ?",
    args: [limit],
  });
  return rows.map(runOf);
}

export async function recordPlugin(
  connection: Connection,
  plugin: PluginDraft,
  nowUs: number,
): Promise<void> {
  await connection.run({
    sql: "INSERT OR IGNORE INTO plugins (name, version, file, recorded_us) VALUES (?, ?, ?, ?)",
    args: [plugin.name, plugin.version, plugin.file, nowUs],
  });
}

export async function listPlugins(connection: Connection): Promise<readonly PluginRecord[]> {
  const { rows } = await connection.run(
    "SELECT * FROM plugins ORDER BY recorded_us DESC, name, version",
  );
  return rows.map(pluginOf);
}
