/**
 * Doing things beside each other, and never more than so many of them.
 *
 * @module
 */

/**
 * Does `act` for each of the items, `count` of them at once. The first error
 * ends it: what is under way is waited for, nothing more is begun.
 *
 * @throws what `act` throws, the first of it.
 */
export async function eachAtOnce<T>(
  items: Iterable<T>,
  count: number,
  act: (item: T) => Promise<void>,
): Promise<void> {
  const left = items[Symbol.iterator]();
  let failed = false;
  async function one(): Promise<void> {
    for (;;) {
      const { value, done } = left.next();
      if (done || failed) return;
      try {
        await act(value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: count }, one));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}

/**
 * What the source yields, in its order, asked for up to `count` things before
 * they are used: the source works while its reader does something else.
 */
export async function* ahead<T>(
  source: AsyncGenerator<T, void>,
  count: number,
): AsyncGenerator<T, void> {
  const asked: Promise<IteratorResult<T, void>>[] = [];
  try {
    for (;;) {
      while (asked.length < count) {
        const next = source.next();
        next.catch(() => {}); // It is told when its turn comes.
        asked.push(next);
      }
      const next = await asked.shift();
      if (next === undefined || next.done) return;
      yield next.value;
    }
  } finally {
    await source.return();
  }
}
