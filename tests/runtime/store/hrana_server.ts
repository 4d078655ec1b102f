/** A small libSQL server on loopback: Hrana 2 over HTTP in front of an SQLite database in memory. */
import { Buffer } from "node:buffer";
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from "node:sqlite";

export interface HranaServer {
  readonly url: string;
  readonly close: () => Promise<void>;
}

interface Value {
  readonly type: "null" | "integer" | "float" | "text" | "blob";
  readonly value?: string | number;
  readonly base64?: string;
}

interface Statement {
  readonly sql?: string;
  readonly sql_id?: number;
  readonly args?: readonly Value[];
}

interface Condition {
  readonly type: "ok" | "error" | "not" | "and" | "or";
  readonly step?: number;
  readonly cond?: Condition;
  readonly conds?: readonly Condition[];
}

interface Step {
  readonly condition?: Condition;
  readonly stmt: Statement;
}

interface Request {
  readonly type: "execute" | "batch" | "store_sql" | "close_sql" | "close";
  readonly stmt?: Statement;
  readonly batch?: { readonly steps: readonly Step[] };
  readonly sql_id?: number;
  readonly sql?: string;
}

/** Serves until closed; with a token, requests without it are refused. */
export function serveHrana(token?: string): HranaServer {
  const database = new DatabaseSync(":memory:");
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (http) => {
      const authorized = token === undefined ||
        http.headers.get("authorization") === `Bearer ${token}`;
      if (!authorized) return new Response("unauthorized", { status: 401 });
      const { requests } = await http.json() as { readonly requests: readonly Request[] };
      return Response.json({
        baton: null,
        base_url: null,
        results: runPipeline(database, requests),
      });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    close: async () => {
      await server.shutdown();
      database.close();
    },
  };
}

function runPipeline(database: DatabaseSync, requests: readonly Request[]): unknown[] {
  const texts = new Map<number, string>();
  const execute = (statement: Statement) => runStatement(database, statement, texts);
  return requests.map(({ type, stmt, batch, sql_id, sql }) => {
    try {
      if (sql_id !== undefined && sql !== undefined) texts.set(sql_id, sql);
      if (stmt) return { type: "ok", response: { type, result: execute(stmt) } };
      if (batch) return { type: "ok", response: { type, result: runBatch(batch.steps, execute) } };
      return { type: "ok", response: { type } };
    } catch (error) {
      return { type: "error", error: plainError(error) };
    }
  });
}

function runBatch(steps: readonly Step[], execute: (statement: Statement) => unknown): unknown {
  const results: unknown[] = [];
  const errors: unknown[] = [];
  for (const { condition, stmt } of steps) {
    let result: unknown = null;
    let error: unknown = null;
    if (!condition || holds(condition, results, errors)) {
      try {
        result = execute(stmt);
      } catch (thrown) {
        error = plainError(thrown);
      }
    }
    results.push(result);
    errors.push(error);
  }
  return { step_results: results, step_errors: errors };
}

function holds(
  { type, step = -1, cond, conds = [] }: Condition,
  results: readonly unknown[],
  errors: readonly unknown[],
): boolean {
  const inner = (condition: Condition) => holds(condition, results, errors);
  if (type === "ok") return results[step] !== null;
  if (type === "error") return errors[step] !== null;
  if (type === "not") return cond !== undefined && !inner(cond);
  return type === "and" ? conds.every(inner) : conds.some(inner);
}

function runStatement(
  database: DatabaseSync,
  { sql, sql_id, args = [] }: Statement,
  texts: ReadonlyMap<number, string>,
): unknown {
  const statement = database.prepare(sql ?? texts.get(sql_id ?? -1) ?? "");
  statement.setReadBigInts(true);
  const columns = statement.columns().map(({ name }) => name);
  const values = args.map(fromValue);
  if (columns.length === 0) {
    const { changes, lastInsertRowid } = statement.run(...values);
    return {
      cols: [],
      rows: [],
      affected_row_count: Number(changes),
      last_insert_rowid: String(lastInsertRowid),
    };
  }
  const rows = statement.all(...values).map((row) => columns.map((name) => toValue(row[name])));
  return {
    cols: columns.map((name) => ({ name })),
    rows,
    affected_row_count: 0,
    last_insert_rowid: null,
  };
}

function fromValue({ type, value, base64 = "" }: Value): SQLInputValue {
  if (type === "null") return null;
  if (type === "integer") return BigInt(value ?? 0);
  if (type === "blob") return Buffer.from(base64, "base64");
  return value ?? null;
}

function toValue(value: SQLOutputValue | undefined): Value {
  if (value === null || value === undefined) return { type: "null" };
  if (typeof value === "bigint") return { type: "integer", value: String(value) };
  if (typeof value === "number") return { type: "float", value };
  if (typeof value === "string") return { type: "text", value };
  return { type: "blob", base64: Buffer.from(value).toString("base64") };
}

function plainError(error: unknown): { message: string; code: string } {
  return { message: error instanceof Error ? error.message : String(error), code: "SQLITE_ERROR" };
}
