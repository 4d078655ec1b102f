/** TypeScript types of rows: their text, and that TypeScript takes them as meant. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { printRowTypes, type TypedStream } from "../../dsl/row_types.ts";

const STREAMS: readonly TypedStream[] = [
  {
    name: "book_updates",
    doc: "Changes of a book.\nOf each */ instrument.",
    columns: [
      { name: "symbol", type: { kind: "string" }, required: true },
      { name: "ts", type: { kind: "timestamp" }, doc: "When.", required: true },
      { name: "side", type: { kind: "enum", values: ["buy", 'se"ll'] }, required: false },
      { name: "odd-name", type: { kind: "bool" }, required: false },
      { name: "gap", type: { kind: "duration" }, required: false },
      {
        name: "bids",
        type: {
          kind: "list",
          element: {
            kind: "struct",
            fields: [
              { name: "price", type: { kind: "f64" } },
              {
                name: "owner",
                type: { kind: "struct", fields: [{ name: "id", type: { kind: "i64" } }] },
              },
            ],
          },
        },
        required: false,
      },
      {
        name: "counts",
        type: { kind: "map", key: { kind: "string" }, value: { kind: "i32" } },
        required: false,
      },
      { name: "embedding", type: { kind: "vector", length: 3 }, required: false },
    ],
  },
  {
    name: "BookUpdates",
    columns: [{ name: "x", type: { kind: "f32" }, required: false }],
  },
];

const MODULE = `/** Rows of the plugin market. */

export interface BookUpdatesBidsOwner {
  readonly id: number | null;
}

export interface BookUpdatesBids {
  readonly price: number | null;
  readonly owner: BookUpdatesBidsOwner | null;
}

/**
 * Changes of a book.
 * Of each *\\/ instrument.
 */
export interface BookUpdates {
  readonly symbol: string;
  /**
   * When.
   * Microseconds since 1970 UTC.
   */
  readonly ts: number;
  readonly side: "buy" | "se\\"ll" | null;
  readonly "odd-name": boolean | null;
  /** Microseconds. */
  readonly gap: number | null;
  readonly bids: readonly (BookUpdatesBids | null)[] | null;
  readonly counts: ReadonlyMap<string, number | null> | null;
  /** 3 numbers; a missing one is NaN. */
  readonly embedding: Float64Array | null;
}

export interface BookUpdates2 {
  readonly x: number | null;
}

/** The rows of each stream by its name. */
export interface Streams {
  /** Changes of a book. */
  readonly book_updates: BookUpdates;
  readonly BookUpdates: BookUpdates2;
}
`;

Deno.test("printRowTypes() writes an interface for each stream and struct", () => {
  assert.equal(printRowTypes("Rows of the plugin market.", STREAMS), MODULE);
});

Deno.test("printRowTypes() gives types that TypeScript checks", async () => {
  const row =
    `symbol: "a", ts: 1, side: "buy", "odd-name": null, gap: 5, counts: new Map([["a", 1]]),
    bids: [null, { price: 1, owner: { id: null } }], embedding: new Float64Array(3)`;
  assert.equal(await checkModule(`const row: Streams["book_updates"] = { ${row} };`), true);
  assert.equal(
    await checkModule(`const row: BookUpdates = { ${row.replace('"buy"', '"by"')} };`),
    false,
  );
  assert.equal(
    await checkModule(`const row: BookUpdates = { ${row.replace("ts: 1", "ts: null")} };`),
    false,
  );
});

/** Whether TypeScript accepts a statement about the generated types. */
async function checkModule(statement: string): Promise<boolean> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(folder, "rows.ts"), MODULE);
    const use = `import type { BookUpdates, Streams } from "./rows.ts";\n` +
      `export type Known = [BookUpdates, Streams];\n${statement}\nconsole.log(row);\n`;
    await Deno.writeTextFile(join(folder, "use.ts"), use);
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--no-config", "--quiet", "use.ts"],
      cwd: folder,
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
