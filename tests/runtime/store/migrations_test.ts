import assert from "node:assert/strict";
import { join } from "node:path";
import { Connection } from "../../../runtime/store/connection.ts";
import { parseStoreLocation } from "../../../runtime/store/location.ts";
import {
  LOG_LEDGER,
  LOG_MIGRATIONS,
  migrate,
  type Migration,
  MIGRATIONS,
} from "../../../runtime/store/migrations.ts";

async function withConnection(
  run: (open: () => Promise<Connection>) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const opened: Connection[] = [];
  try {
    await run(async () => {
      const location = parseStoreLocation(join(folder, "store.db"));
      const connection = await Connection.open(location, { busyTimeoutMs: 1000 });
      opened.push(connection);
      return connection;
    });
  } finally {
    for (const connection of opened) connection.close();
    await Deno.remove(folder, { recursive: true });
  }
}

async function read(connection: Connection, sql: string): Promise<unknown[]> {
  return (await connection.run(sql)).rows.map((row) => row[0]);
}

const NEXT: Migration = {
  version: 1000,
  name: "a next step",
  statements: ["ALTER TABLE runs ADD COLUMN note TEXT", "UPDATE runs SET note = 'old'"],
};

Deno.test("MIGRATIONS are numbered from 1 without a gap", () => {
  for (const steps of [MIGRATIONS, LOG_MIGRATIONS]) {
    assert.deepEqual(steps.map(({ version }) => version), steps.map((_, i) => i + 1));
  }
});

Deno.test("migrate() sets a new file up for blocks", async () => {
  await withConnection(async (open) => {
    const connection = await open();
    await migrate(connection, 0);
    const pragma = async (name: string) => (await read(connection, `PRAGMA ${name}`))[0];
    assert.equal(await pragma("page_size"), 32768);
    assert.equal(await pragma("journal_mode"), "wal");
    assert.equal(await pragma("auto_vacuum"), 2);
    assert.equal(await pragma("synchronous"), 1);
    assert.equal(await pragma("busy_timeout"), 1000);
  });
});

Deno.test("migrate() applies each step once and keeps what is there", async () => {
  await withConnection(async (open) => {
    const connection = await open();
    await migrate(connection, 5);
    await migrate(connection, 6);
    await connection.run("INSERT INTO runs VALUES (1, 'a', 'h', 0, NULL, 'running', NULL)");
    await migrate(connection, 7, [...MIGRATIONS, NEXT]);
    assert.deepEqual(await read(connection, "SELECT note FROM runs"), ["old"]);
    assert.deepEqual(
      await read(connection, "SELECT applied_us FROM featurizer_migrations ORDER BY version"),
      [...MIGRATIONS.map(() => 5), 7],
    );
    await assert.rejects(migrate(connection, 8), { code: "STORE_TOO_NEW" });
  });
});

Deno.test("migrate() undoes a step that fails in its middle", async () => {
  await withConnection(async (open) => {
    const connection = await open();
    const broken = { ...NEXT, statements: ["CREATE TABLE half (x)", "CREATE TABLE half (x)"] };
    await assert.rejects(migrate(connection, 0, [...MIGRATIONS, broken]), {
      code: "STORE_FAILED",
    });
    assert.deepEqual(await read(connection, "SELECT max(version) FROM featurizer_migrations"), [
      MIGRATIONS.length,
    ]);
    await migrate(connection, 0, [...MIGRATIONS, NEXT]);
  });
});

Deno.test("migrate() takes a store's file for no log, and the other way round", async () => {
  await withConnection(async (open) => {
    const connection = await open();
    await migrate(connection, 0, LOG_MIGRATIONS, LOG_LEDGER);
    await assert.rejects(migrate(connection, 0), { code: "STORE_FOREIGN" });
  });
  await withConnection(async (open) => {
    const connection = await open();
    await migrate(connection, 0);
    await assert.rejects(migrate(connection, 0, LOG_MIGRATIONS, LOG_LEDGER), {
      code: "STORE_FOREIGN",
    });
  });
});

Deno.test("migrate() adds the tables of live systems to a store of version 1", async () => {
  await withConnection(async (open) => {
    const connection = await open();
    await migrate(connection, 0, MIGRATIONS.slice(0, 1));
    await connection.run("INSERT INTO runs VALUES (1, 'a', 'h', 0, NULL, 'running', NULL)");
    await migrate(connection, 0);
    assert.deepEqual(await read(connection, "SELECT config FROM runs"), ["a"]);
    assert.deepEqual(await read(connection, "SELECT count(*) FROM checkpoints"), [0]);
  });
});

Deno.test("migrate() may run on two connections at once", async () => {
  await withConnection(async (open) => {
    const connections = [await open(), await open()];
    await Promise.all(connections.map((connection) => migrate(connection, 0)));
    assert.deepEqual(
      await read(await open(), "SELECT count(*) FROM featurizer_migrations"),
      [MIGRATIONS.length],
    );
  });
});
