/** Writes the files that `set.yaml` reads: `deno run -A examples/fraud/make_data.ts`. */

const FIRST_MS = Date.UTC(2024, 2, 1);
const DAY_MS = 86_400_000;
const DAYS = 30;
const CARDS = 25;
const SHOPS = ["grocer", "bakery", "fuel", "books", "cinema", "rail", "phones", "jewels"];
const HOMES = ["DE", "FR", "ES"];
/** Of all cards, those whose numbers are stolen: one in so many. */
const STOLEN = 5;

interface Payment {
  readonly card: string;
  readonly at: number;
  readonly amount: number;
  readonly merchant: string;
  readonly country: string;
  readonly device: string;
  readonly approved: boolean;
}

/** The text of each file, rows in order of time; the same at every call. */
export function makeData(): Readonly<Record<string, string>> {
  const next = random(11);
  const payments: Payment[] = [];
  const disputes: Payment[] = [];
  for (let number = 1; number <= CARDS; number++) {
    payments.push(...usual(`card-${number}`, next));
    if (number % STOLEN !== 0) continue;
    const theft = stolen(`card-${number}`, next);
    payments.push(...theft);
    for (const payment of theft.filter(({ approved, amount }) => approved && amount > 50)) {
      disputes.push({ ...payment, at: payment.at + Math.floor((1 + 4 * next()) * DAY_MS) });
    }
  }
  return {
    "payments.csv": csvText(
      ["card", "at", "amount", "merchant", "country", "device", "approved"],
      payments,
    ),
    "chargebacks.csv": csvText(["card", "at", "merchant", "amount"], disputes),
  };
}

/** A few payments a week at shops near home. */
function usual(card: string, next: () => number): Payment[] {
  const [country, device] = [HOMES[Math.floor(next() * HOMES.length)]!, `${card}-phone`];
  const payments: Payment[] = [];
  for (let day = next() * 2; day < DAYS; day += 0.2 + next() * 3) {
    payments.push({
      card,
      at: FIRST_MS + Math.floor(day * DAY_MS),
      amount: cents(5 + next() * next() * 90),
      merchant: SHOPS[Math.floor(next() * 6)]!,
      country,
      device,
      approved: next() < 0.97,
    });
  }
  return payments;
}

/** Two small ones to see whether the card works, then as much as it takes, from one device for all cards. */
function stolen(card: string, next: () => number): Payment[] {
  const begun = FIRST_MS + Math.floor((10 + next() * 15) * DAY_MS);
  return Array.from({ length: 6 }, (_, index) => ({
    card,
    at: begun + Math.floor(index * (1 + next()) * 180_000),
    amount: index < 2 ? 1 : cents(150 + next() * 400),
    merchant: index < 2 ? "books" : SHOPS[6 + index % 2]!,
    country: "XX",
    device: "web-7",
    approved: index < 5,
  }));
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}

function csvText<Row extends { readonly at: number }>(
  names: readonly (keyof Row & string)[],
  rows: readonly Row[],
): string {
  const lines = rows.toSorted((a, b) => a.at - b.at).map((row) =>
    names.map((name) => name === "at" ? new Date(row.at).toISOString() : String(row[name])).join()
  );
  return `${[names.join(), ...lines].join("\n")}\n`;
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
