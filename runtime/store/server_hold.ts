/**
 * The hold on a server's store: a lease that its holder renews.
 *
 * L1 No clock is compared with another one's: a lease is over when it was watched for its time and nobody renewed it.
 * L2 A holder that was stopped for longer finds its lease taken and renews it no more; what it still commits collides
 *    with what the new one has committed, in the log as in the checkpoints.
 */
import { Connection, type ConnectionOptions } from "./connection.ts";
import type { HeldByOther } from "./file_hold.ts";
import type { StoreLocation } from "./location.ts";
import { migrate } from "./migrations.ts";
import { integerOf, textOf } from "./rows.ts";

export interface LeaseTimes {
  /** How often it is renewed. */
  readonly renewMs: number;
  /** How long nobody has renewed a lease that may be taken over. */
  readonly overMs: number;
}

const TIMES: LeaseTimes = { renewMs: 1000, overMs: 5000 };

interface Lease {
  readonly holder: string;
  readonly beat: number;
}

export async function holdServer(
  location: StoreLocation,
  options: ConnectionOptions & { readonly nowUs: number },
  times: LeaseTimes = TIMES,
): Promise<AsyncDisposable | HeldByOther> {
  const connection = await Connection.open(location, options);
  try {
    await migrate(connection, options.nowUs);
    const own = `${Deno.hostname()}, process ${Deno.pid}, ${crypto.randomUUID().slice(0, 8)}`;
    const other = await takeLease(connection, own, times);
    if (other === undefined) return new ServerHold(connection, own, times);
    connection.close();
    return { holder: other };
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Undefined when it was taken, else who has it. */
async function takeLease(
  connection: Connection,
  own: string,
  { renewMs, overMs }: LeaseTimes,
): Promise<string | undefined> {
  const first = await readLease(connection);
  if (!first) {
    const { rowsAffected } = await connection.run({
      sql: "INSERT OR IGNORE INTO serving_lease VALUES (1, ?, 0)",
      args: [own],
    });
    return rowsAffected === 1 ? undefined : (await readLease(connection))?.holder ?? "another";
  }
  for (const until = performance.now() + overMs; performance.now() < until;) {
    await new Promise((resolve) => setTimeout(resolve, renewMs));
    const now = await readLease(connection);
    if (!now) break;
    if (now.holder !== first.holder || now.beat !== first.beat) return now.holder;
  }
  const { rowsAffected } = await connection.run({
    sql: "INSERT INTO serving_lease VALUES (1, ?1, 0) ON CONFLICT (id) DO UPDATE" +
      " SET holder = ?1, beat = 0 WHERE holder = ?2 AND beat = ?3",
    args: [own, first.holder, first.beat],
  });
  return rowsAffected === 1 ? undefined : (await readLease(connection))?.holder ?? "another";
}

async function readLease(connection: Connection): Promise<Lease | undefined> {
  const { rows: [row] } = await connection.run("SELECT holder, beat FROM serving_lease");
  return row && { holder: textOf(row.holder), beat: integerOf(row.beat) };
}

class ServerHold implements AsyncDisposable {
  readonly #connection: Connection;
  readonly #own: string;
  readonly #timer: ReturnType<typeof setInterval>;
  #renewing: Promise<void> | undefined;

  constructor(connection: Connection, own: string, { renewMs }: LeaseTimes) {
    this.#connection = connection;
    this.#own = own;
    this.#timer = setInterval(() => this.#renewing ??= this.#renew(), renewMs);
  }

  async #renew(): Promise<void> {
    try {
      const { rowsAffected } = await this.#connection.run({
        sql: "UPDATE serving_lease SET beat = beat + 1 WHERE holder = ?",
        args: [this.#own],
      });
      if (rowsAffected === 0) clearInterval(this.#timer);
    } catch {
      // A server that fails says so where rows are stored; the next beat tries again.
    } finally {
      this.#renewing = undefined;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing;
    try {
      await this.#connection.run({
        sql: "DELETE FROM serving_lease WHERE holder = ?",
        args: [this.#own],
      });
    } catch {
      // It runs out by itself.
    } finally {
      this.#connection.close();
    }
  }
}
