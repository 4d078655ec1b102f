/** Writes the file that `set.yaml` reads: `deno run -A examples/web/make_data.ts`. */

const FIRST_MS = Date.UTC(2024, 8, 2);
const DAY_MS = 86_400_000;
const DAYS = 10;
const VISITORS = 40;
const ITEMS = ["tent", "stove", "boots", "map", "lamp"];
const PRICES = [240, 65, 120, 12, 30];
const CAMPAIGNS = ["", "", "mail", "search"];
/** What may follow an event, and how likely it is. */
const STEPS = ["view", "click", "cart", "checkout", "purchase"] as const;
const GOES_ON = [0.75, 0.45, 0.6, 0.7];

interface Event {
  readonly visitor: string;
  readonly at: number;
  readonly kind: typeof STEPS[number];
  readonly page: string;
  readonly item: string;
  readonly campaign: string;
  readonly value: number | "";
}

/** The text of the file, rows in order of time; the same at every call. */
export function makeData(): Readonly<Record<string, string>> {
  const next = random(5);
  const events: Event[] = [];
  for (let number = 1; number <= VISITORS; number++) {
    for (let day = next() * 4; day < DAYS; day += 0.5 + next() * 5) {
      events.push(...visit(`visitor-${number}`, FIRST_MS + Math.floor(day * DAY_MS), next));
    }
  }
  const lines = events.toSorted((a, b) => a.at - b.at).map((event) =>
    Object.values({ ...event, at: new Date(event.at).toISOString() }).join()
  );
  return { "events.csv": `visitor,at,kind,page,item,campaign,value\n${lines.join("\n")}\n` };
}

/** Looks at some items, and goes on with one or another as far as it pleases. */
function visit(visitor: string, begun: number, next: () => number): Event[] {
  const campaign = CAMPAIGNS[Math.floor(next() * CAMPAIGNS.length)]!;
  const events: Event[] = [];
  let at = begun;
  for (let looks = 1 + Math.floor(next() * 4); looks > 0; looks--) {
    const number = Math.floor(next() * next() * ITEMS.length);
    const item = ITEMS[number]!;
    for (let step = 0; step < STEPS.length; step++) {
      const kind = STEPS[step]!;
      const page = step < 2 ? `/${item}` : `/${kind}`;
      const value = kind === "purchase" ? PRICES[number]! : "";
      events.push({ visitor, at, kind, page, item, campaign, value });
      at += 5_000 + Math.floor(next() * next() * 300_000);
      if (next() > (GOES_ON[step] ?? 0)) break;
    }
  }
  return events;
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
