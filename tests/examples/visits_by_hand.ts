/** The columns of `examples/visits`, computed from its files one value at a time, as one would by hand. */
import { join } from "node:path";

const DAY = 86_400_000;
const FULL_CARD = 100;

interface Timed {
  readonly customer: string;
  readonly at: number;
}

interface Click extends Timed {
  readonly page: string;
}

interface Order extends Timed {
  readonly channel: string;
  readonly amount: number;
}

interface Contract extends Timed {
  readonly tier: string;
  readonly closed: boolean;
}

type Values = Readonly<Record<string, unknown>>;

export class VisitsByHand {
  readonly #clicks: readonly Click[];
  readonly #orders: readonly Order[];
  readonly #purchases: readonly Order[];
  readonly #contracts: readonly Contract[];

  constructor(folder: string) {
    const read = (name: string) => Deno.readTextFileSync(join(folder, name)).trim().split("\n");
    const table = (name: string) => read(name).slice(1).map((line) => line.split(","));
    const timed = (cells: readonly string[]) => ({
      customer: cells[0]!,
      at: Date.parse(cells[1]!),
    });
    this.#clicks = table("clicks.csv").map((cells) => ({ ...timed(cells), page: cells[2]! }));
    this.#orders = read("orders.ndjson").map((line) => {
      const { customer, at, channel, lines } = JSON.parse(line);
      let cents = 0;
      for (const { price, count } of lines) cents += Math.round(price * 100) * count;
      return { customer, at: Date.parse(at), channel, amount: cents / 100 };
    });
    const receipts = table("receipts.csv")
      .map((cells) => ({ ...timed(cells), channel: "store", amount: Number(cells[2]) }));
    this.#purchases = [...this.#orders, ...receipts].sort((a, b) => a.at - b.at);
    this.#contracts = table("contracts.csv")
      .map((cells) => ({ ...timed(cells), tier: cells[2]!, closed: cells[3] === "true" }));
  }

  /** Customers with the times at which a visit is over, by time and customer. */
  visits(): readonly Timed[] {
    const ends = this.#clicks.filter(({ customer, at }) =>
      !this.#clicks.some((other) =>
        other.customer === customer && other.at > at && other.at < at + DAY / 48
      )
    );
    return ends.map(({ customer, at }) => ({ customer, at: at + DAY / 48 }))
      .sort((a, b) => a.at - b.at || (a.customer < b.customer ? -1 : 1));
  }

  /** All feature columns of the row at which a visit is over. */
  values(row: Timed): Values {
    return {
      ...prefixed("visit", this.#visit(row)),
      ...prefixed("spending", this.#spending(row, 7 * DAY)),
      ...prefixed("splurge", this.#splurge(row)),
      "streak.days": this.#streak(row),
      ...prefixed("reward", this.#reward(row)),
      ...prefixed("led", this.#led(row)),
      ...prefixed("discount", this.#discount(row)),
      ...prefixed("label.spent_1d", this.#spending({ ...row, at: row.at + DAY }, DAY)),
    };
  }

  #visit({ customer, at }: Timed): Values {
    const mine = this.#clicks.filter((click) => click.customer === customer && click.at < at);
    let first = mine.length - 1;
    while (first > 0 && mine[first]!.at - mine[first - 1]!.at < DAY / 48) first--;
    const clicks = mine.slice(first);
    const campaigns = clicks.map(({ page }) => /[?&]ref=([A-Za-z]+)/.exec(page)?.[1]);
    return {
      clicks: clicks.length,
      pages: new Set(clicks.map(({ page }) => pathOf(page))).size,
      length: (clicks.at(-1)!.at - clicks[0]!.at) * 1000,
      landing: pathOf(clicks[0]!.page),
      campaign: campaigns.find((name) => name !== undefined)?.toLowerCase() ?? null,
    };
  }

  #spending({ customer, at }: Timed, widthMs: number): Values {
    const mine = this.#within(this.#purchases, { customer, at }, widthMs);
    const amounts = mine.map(({ amount }) => amount);
    const channels = [...new Set(mine.map(({ channel }) => channel))].sort();
    const of = (channel: string) => mine.filter((each) => each.channel === channel);
    return {
      purchases: mine.length,
      amount: sum(amounts),
      largest: mine.length === 0 ? null : amounts.toSorted((a, b) => b - a).slice(0, 3),
      by_channel: mine.length === 0 ? null : Object.fromEntries(
        channels.map((channel) => [channel, sum(of(channel).map(({ amount }) => amount))]),
      ),
    };
  }

  #splurge({ customer, at }: Timed): Values {
    let found: Values = { ratio: null, weekday: null };
    for (const purchase of this.#within(this.#purchases, { customer, at }, Infinity)) {
      const before = this.#within(
        this.#purchases,
        { ...purchase, at: purchase.at - 1 },
        7 * DAY - 1,
      );
      const ratio = purchase.amount / (sum(before.map(({ amount }) => amount)) / before.length);
      if (!(ratio >= 1.5)) continue;
      const inBerlin = new Date(purchase.at + 2 * 3_600_000);
      found = { ratio, weekday: inBerlin.getUTCDay() || 7 };
    }
    return found;
  }

  #streak(row: Timed): number {
    const days = this.#within(this.#purchases, row, 7 * DAY)
      .map(({ at }) => Math.floor((at + 2 * 3_600_000) / DAY));
    const lengths = days.map((day) => {
      let length = 1;
      while (days.includes(day + length)) length++;
      return length;
    });
    return Math.max(0, ...lengths);
  }

  #reward(row: Timed): Values {
    let points = 0;
    let last: Values = { number: null, left: null };
    for (const { amount } of this.#within(this.#purchases, row, Infinity)) {
      points += Math.floor(amount);
      if (points < FULL_CARD) continue;
      last = { number: Math.floor(points / FULL_CARD), left: points % FULL_CARD };
      points %= FULL_CARD;
    }
    return last;
  }

  #led(row: Timed): Values {
    const pairs = this.#within(this.#orders, row, DAY).flatMap((order) =>
      this.#clicks
        .filter(({ customer, at }) =>
          customer === order.customer && at <= order.at && at >= order.at - 15 * 60_000
        )
        .map(({ at, page }) => ({ page: pathOf(page), before: (order.at - at) * 1000 }))
    );
    const counts = [...new Set(pairs.map(({ page }) => page))]
      .map((value) => ({ value, count: pairs.filter(({ page }) => page === value).length }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
    return {
      clicks: pairs.length,
      pages: pairs.length === 0 ? null : counts.slice(0, 2),
      longest: pairs.length === 0 ? null : Math.max(...pairs.map(({ before }) => before)),
    };
  }

  #discount(row: Timed): Values {
    const purchase = this.#within(this.#purchases, row, Infinity).at(-1);
    if (purchase === undefined) return { tier: "basic", saved: 0 };
    const contract = this.#within(this.#contracts, purchase, Infinity).at(-1);
    const tier = contract && !contract.closed ? contract.tier : null;
    return { tier: tier ?? "basic", saved: tier === "gold" ? purchase.amount * 0.1 : 0 };
  }

  /** The customer's rows with a time in (at - width, at]. */
  #within<Row extends Timed>(rows: readonly Row[], { customer, at }: Timed, width: number): Row[] {
    return rows.filter((row) => row.customer === customer && row.at <= at && row.at > at - width);
  }
}

function prefixed(feature: string, values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${feature}.${name}`, value]),
  );
}

function pathOf(page: string): string {
  return page.split("?")[0]!;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
