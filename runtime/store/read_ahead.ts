/**
 * Items that come in parts, in order: while one part is used, the next is fetched. A part without items is the
 * last one.
 */
export async function* readAhead<Item>(
  fetch: (last: Item | undefined) => Promise<readonly Item[]>,
): AsyncGenerator<Item> {
  let part = await fetch(undefined);
  while (part.length > 0) {
    const next = fetch(part.at(-1));
    // Whoever stops in the middle does not wait for it.
    next.catch(() => {});
    yield* part;
    part = await next;
  }
}
