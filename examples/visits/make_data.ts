/** Writes the files that `set.yaml` reads: `deno run -A examples/visits/make_data.ts`. */

const FIRST_DAY_MS = Date.UTC(2024, 4, 1);
const DAYS = 12;
const CUSTOMERS = ["ann", "ben", "cem", "dora", "eva", "finn"];
const PAGES = ["/", "/shoes", "/shirts", "/coats", "/sale", "/basket"];
const CAMPAIGNS = ["", "", "", "?ref=Mail", "?lang=en&ref=Search", "?ref=PARTNER"];
const SKUS = ["shoe-1", "shoe-2", "shirt-1", "coat-1", "sock-1"];
const PRICES = [59.9, 89.5, 24.99, 129, 4.5];
const COUPONS = [null, null, "may10", " Spring "];

interface Row {
  readonly customer: string;
  readonly at: string;
  readonly [column: string]: unknown;
}

/** The rows of each file, in order of time; the same at every call. */
export function makeData(): Readonly<Record<string, string>> {
  const next = random(7);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const clicks: Row[] = [], orders: Row[] = [], receipts: Row[] = [];
  for (let day = 0; day < DAYS; day++) {
    for (const customer of CUSTOMERS) {
      const at = (hour: number) => FIRST_DAY_MS + day * 86_400_000 + hour * 3_600_000;
      if (next() < 0.3) {
        receipts.push({
          customer,
          at: isoTime(at(9 + next() * 10)),
          amount: Math.round(next() * 8000) / 100,
        });
      }
      if (next() < 0.4) continue;
      let time = at(7 + next() * 15);
      const count = 1 + Math.floor(next() * 7);
      for (let click = 0; click < count; click++) {
        clicks.push({
          customer,
          at: isoTime(time),
          page: pick(PAGES) + (click === 0 ? pick(CAMPAIGNS) : ""),
        });
        time += 10_000 + next() * next() * 2_400_000;
      }
      if (next() < 0.5) {
        const lines = Array.from({ length: 1 + Math.floor(next() * 3) }, () => {
          const sku = Math.floor(next() * SKUS.length);
          return { sku: SKUS[sku], price: PRICES[sku], count: 1 + Math.floor(next() * 2) };
        });
        orders.push({
          customer,
          at: isoTime(time),
          channel: pick(["web", "app"]),
          coupon: pick(COUPONS),
          lines,
        });
      }
    }
  }
  return {
    "clicks.csv": csvText(clicks),
    "orders.ndjson": sorted(orders).map((row) => JSON.stringify(row) + "\n").join(""),
    "receipts.csv": csvText(receipts),
    "contracts.csv": CONTRACTS,
  };
}

const CONTRACTS = `customer,at,tier,closed
ann,2024-04-01T08:00:00Z,gold,false
ben,2024-04-11T08:00:00Z,basic,false
cem,2024-04-20T08:00:00Z,basic,false
dora,2024-04-25T08:00:00Z,gold,false
eva,2024-05-03T08:00:00Z,basic,false
cem,2024-05-06T10:00:00Z,gold,false
dora,2024-05-07T12:00:00Z,gold,true
`;

function csvText(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0]!);
  return [columns, ...sorted(rows).map((row) => columns.map((column) => row[column]))]
    .map((cells) => cells.join(",") + "\n").join("");
}

function sorted(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => a.at < b.at ? -1 : a.at > b.at ? 1 : 0);
}

function isoTime(ms: number): string {
  return new Date(Math.floor(ms / 1000) * 1000).toISOString().replace(".000", "");
}

/** Mulberry32: numbers in [0, 1), the same for a seed everywhere. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
  };
}

if (import.meta.main) {
  for (const [name, text] of Object.entries(makeData())) {
    await Deno.writeTextFile(new URL(name, import.meta.url), text);
  }
}
