import assert from "node:assert/strict";
import { SymbolTable } from "../../../runtime/arrow/mod.ts";
import { FeaturizerError } from "../../../runtime/errors.ts";
import { readCsv } from "../../../runtime/source/csv_reader.ts";
import { createRandom } from "../arrow/sample_rows.ts";
import { bytesSource, inFolder, type Read, readFiles, readRows, wants } from "./read_all.ts";

interface CsvCase {
  readonly piece?: number;
  readonly capacity?: number;
  readonly batchRows?: number;
}

async function read(
  text: string,
  columns: ReturnType<typeof wants>,
  { piece, capacity, batchRows = 1000 }: CsvCase = {},
): Promise<Read> {
  const symbols = new SymbolTable();
  const source = bytesSource(text, piece);
  return await readRows(await readCsv(source, { columns, symbols, batchRows }, capacity), symbols);
}

Deno.test("readCsv() reads the asked columns in the asked order", async () => {
  const { rows, rejected } = await read(
    "a,b,c\n1,x,2.5\n,,\n-3,y z,1e3\n",
    wants("c", "f64", "b", "string", "a", "i32", "a", "string"),
  );
  assert.deepEqual(rows, [[2.5, "x", 1, "1"], [null, null, null, null], [1000, "y z", -3, "-3"]]);
  assert.deepEqual(rejected, []);
});

Deno.test("readCsv() reads quotes, line ends of both kinds, a mark and a last line without end", async () => {
  const text = '\ufeff"a",b\r\n"say ""hi""",1\r\n"two\r\nlines",2\n"",3\r\n,4\n\n"x,y",5';
  const columns = wants("a", "string", "b", "i64");
  const expected = [['say "hi"', 1], ["two\r\nlines", 2], ["", 3], [null, 4], ["x,y", 5]];
  for (const capacity of [4, 7, 64, 4096]) {
    for (const piece of [1, 3, 1000]) {
      for (const batchRows of [1, 2, 100]) {
        const { rows, rejected } = await read(text, columns, { capacity, piece, batchRows });
        assert.deepEqual(rows, expected);
        assert.deepEqual(rejected, []);
      }
    }
  }
});

Deno.test("readCsv() rejects rows with the wrong number of fields and reads on", async () => {
  const { rows, rejected } = await read(
    'a,b\n1,2\n3\n4,5,6\n7,8\n"9"x,1\n10,11\n"12,13\n',
    wants("a", "f64", "b", "f64"),
  );
  assert.deepEqual(rejected, [
    [2, "Cannot read the row: it has 1 field, the header has 2"],
    [3, "Cannot read the row: it has 3 fields, the header has 2"],
    [5, "Cannot read the row: text follows a closing quote"],
    [7, "Cannot read the row: a quote is never closed"],
  ]);
  assert.deepEqual([rows[0], rows[3], rows[5]], [[1, 2], [7, 8], [10, 11]]);
});

Deno.test("readCsv() rejects cells that are not of their type, with the reason", async () => {
  const cells: [string, string, string][] = [
    ["f64", "abc", '"abc" is no f64'],
    ["f64", "1.2.3", '"1.2.3" is no f64'],
    ["f64", "0x10", '"0x10" is no f64'],
    ["f64", "-", '"-" is no f64'],
    ["f64", ".", '"." is no f64'],
    ["i32", "2147483648", "2147483648 is outside -2147483648 to 2147483647"],
    ["i32", "1.5", "1.5 is not a whole number"],
    ["i32", "nan", '"nan" is no i32'],
    [
      "i64",
      "9223372036854775808",
      "9223372036854775808 is outside -9223372036854775808 to 9223372036854775807",
    ],
    ["bool", "maybe", '"maybe" is no bool'],
    ["timestamp", "yesterday", '"yesterday" is no timestamp'],
    ["timestamp", "2001-02-30", '"2001-02-30" is no timestamp'],
    ["timestamp", "99999999999999999999", '"99999999999999999999" is out of range'],
    ["duration", "5s", '"5s" is no duration'],
    ["buy|sell", "hold", '"hold" is not one of its values'],
  ];
  for (const [kind, cell, reason] of cells) {
    for (const text of [cell, `"${cell}"`]) {
      const { rejected } = await read(`a,z\n${text},1\n`, wants("a", kind));
      assert.deepEqual(rejected, [[1, `Cannot read "a": ${reason}`]], `${kind} ${text}`);
    }
  }
});

Deno.test("readCsv() reads every way to write a value", async () => {
  const cells: [string, string, number | string | null][] = [
    ["f64", "NaN", null],
    ["f64", "-inf", null],
    ["f64", "Infinity", null],
    ["f64", "1e999", null],
    ["f64", "-0", 0],
    ["f64", " 1.5 ", 1.5],
    ["f64", "+.5", 0.5],
    ["f64", "5.", 5],
    ["f64", "1E-3", 0.001],
    ["f64", "0.1000000000000000055511151231257827", 0.1],
    ["f32", "0.1", Math.fround(0.1)],
    ["f32", "7", 7],
    ["i32", "-2147483648", -2147483648],
    ["i32", "12.0", 12],
    ["i64", "-9007199254740991", -9007199254740991],
    ["bool", "TRUE", 1],
    ["bool", "0", 0],
    ["timestamp", "2001-01-01 00:01:00", 978307260000000],
    ["timestamp", "978307260000000", 978307260000000],
    ["timestamp", "1e3", 1000],
    ["duration", "-250", -250],
    ["buy|sell", "sell", "sell"],
    ["string", " é ", " é "],
  ];
  for (const [kind, cell, value] of cells) {
    for (const text of [cell, `"${cell}"`]) {
      const { rows, rejected } = await read(`a,z\n${text},1\n`, wants("a", kind));
      assert.deepEqual(rejected, [], `${kind} ${text}`);
      assert.deepEqual(rows, [[value]], `${kind} ${text}`);
      assert.ok(!Object.is(rows[0]![0], -0));
    }
  }
});

Deno.test("readCsv() reads numbers of times by their unit", async () => {
  const cells: [string, "s" | "ms" | "us" | "ns", number][] = [
    ["1618677817.1167848", "s", 1618677817116784],
    ["1618677817", "s", 1618677817000000],
    ["1675245600123", "ms", 1675245600123000],
    ["1723161254087891268", "ns", 1723161254087891],
    ["-1", "ns", -1],
  ];
  for (const [cell, unit, value] of cells) {
    const columns = wants("a", "timestamp").map((column) => ({ ...column, unit }));
    const { rows } = await read(`a,z\n${cell},1\n`, columns);
    assert.deepEqual(rows, [[value]], `${cell} ${unit}`);
  }
});

Deno.test("readCsv() reads the same bits as Number() for 20,000 random decimals", async () => {
  const random = createRandom(7);
  const texts = Array.from({ length: 20_000 }, () => {
    const digits = String(Math.floor(random() * 10 ** Math.floor(random() * 17)));
    const more = "0".repeat(Math.floor(random() * 4)) + String(Math.floor(random() * 1e9));
    const sign = random() < 0.3 ? "-" : "";
    return random() < 0.1 ? `${sign}${random() * 1e-9}` : `${sign}${digits}.${more}`;
  });
  const { rows } = await read(
    `a,z\n${texts.map((text) => `${text},1\n`).join("")}`,
    wants("a", "f64"),
    {
      batchRows: 30_000,
    },
  );
  texts.forEach((text, i) => assert.equal(rows[i]![0], Number(text) + 0, text));
});

Deno.test("readCsv() agrees with a plain parser on random files, however they are cut", async () => {
  const pieces = ["a", "1", ",", '"', '""', "\n", "\r\n", "é", " ", '"x"', '"y,z"', '"p\nq"'];
  for (let seed = 1; seed <= 300; seed++) {
    const random = createRandom(seed);
    let body = "";
    while (random() < 0.95) body += pieces[Math.floor(random() * pieces.length)];
    const columns = wants("a", "string", "b", "string");
    const whole = await read(`a,b\n${body}`, columns);
    const cut = await read(`a,b\n${body}`, columns, {
      piece: 1 + Math.floor(random() * 5),
      capacity: 2 + Math.floor(random() * 8),
      batchRows: 1 + Math.floor(random() * 4),
    });
    assert.deepEqual(cut, whole, `seed ${seed}`);
    assert.deepEqual(
      whole.rows.length,
      plainRecords(body),
      `seed ${seed}: ${JSON.stringify(body)}`,
    );
  }
});

/** How many records RFC 4180 sees: a quote opens at the start of a cell and hides line ends until it closes. */
function plainRecords(body: string): number {
  let records = 0;
  let record = "";
  let isOpen = false;
  let isStart = true;
  for (let at = 0; at < body.length; at++) {
    const character = body[at]!;
    if (isOpen) {
      if (character === '"' && body[at + 1] === '"') at++;
      else if (character === '"') isOpen = false;
      record += character;
    } else if (character === "\n") {
      if (record !== "" && record !== "\r") records++;
      record = "";
      isStart = true;
      continue;
    } else {
      if (character === '"' && isStart) isOpen = true;
      record += character;
    }
    isStart = !isOpen && character === ",";
  }
  return record === "" || record === "\r" ? records : records + 1;
}

Deno.test("openReader() reads packed CSV, also of several members", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/a.csv.gz`;
    const parts = ["a\n1\n", "2\n3\n"];
    const packed = await Promise.all(parts.map(async (part) => {
      const stream = new Blob([part]).stream().pipeThrough(new CompressionStream("gzip"));
      return new Uint8Array(await new Response(stream).arrayBuffer());
    }));
    Deno.writeFileSync(path, new Uint8Array([...packed[0]!, ...packed[1]!]));
    const { rows } = await readFiles({ paths: [path], columns: wants("a", "f64") });
    assert.deepEqual(rows, [[1], [2], [3]]);
    Deno.writeFileSync(path, packed[0]!.subarray(0, packed[0]!.length - 6));
    await assert.rejects(
      readFiles({ paths: [path], columns: wants("a", "f64") }),
      (error) => error instanceof FeaturizerError && error.code === "BAD_GZIP_FILE",
    );
  });
});

Deno.test("readCsv() names the column that is missing, its neighbours and all there are", async () => {
  await assert.rejects(read("price,amount,side\n", wants("prise", "f64")), (error) => {
    assert.ok(error instanceof FeaturizerError);
    assert.equal(error.code, "MISSING_COLUMN");
    assert.match(error.message, /"prise" of "memory.csv"/);
    assert.match(
      error.hint ?? "",
      /^Did you mean "price"\? The file has "price", "amount", "side"\.$/,
    );
    return true;
  });
  await assert.rejects(read("", wants("a", "f64")), { code: "MISSING_HEADER" });
});
