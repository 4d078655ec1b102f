/** How many requests were answered, by route and status, for `/metrics`. */
export class RequestCounts {
  readonly #counts = new Map<string, number>();

  /** `route` is the pattern of the path, so that there are as many counts as routes. */
  add(route: string, status: number): void {
    const key = `${status} ${route}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  all(): { readonly route: string; readonly status: string; readonly count: number }[] {
    return [...this.#counts].map(([key, count]) => ({
      status: key.slice(0, 3),
      route: key.slice(4),
      count,
    }));
  }
}
