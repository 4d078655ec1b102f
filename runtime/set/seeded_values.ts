/** Numbers by chance that are functions of a seed and places, so that any can be made without those before it. */

/** A number in [0, 1). */
export function uniform(seed: number, place: number, stream: number): number {
  const high = Math.floor(place / 0x1_0000_0000);
  let bits = mixed(Math.imul(seed | 0, 0x9e3779b1) ^ mixed(stream + 0x632be5ab));
  bits = mixed(bits ^ (place | 0));
  bits = mixed(bits ^ high);
  return (bits >>> 0) / 0x1_0000_0000;
}

/** A number of the standard normal distribution. */
export function normal(seed: number, place: number, stream: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform(seed, place, 2 * stream)));
  return radius * Math.cos(2 * Math.PI * uniform(seed, place, 2 * stream + 1));
}

/**
 * Where a random walk with normal steps is after `step` steps: known at powers of two, and between them halved
 * down to the place, each middle being that of its ends and chance.
 */
export function walk(seed: number, step: number, stream: number): number {
  if (step <= 0) return 0;
  let from = 1;
  let atFrom = normal(seed, 1, stream);
  while (from * 2 <= step) {
    atFrom += Math.sqrt(from) * normal(seed, from * 2, stream);
    from *= 2;
  }
  let to = from * 2;
  let atTo = atFrom + Math.sqrt(from) * normal(seed, to, stream);
  while (from < step) {
    const middle = (from + to) / 2;
    const spread = Math.sqrt((to - from) / 4);
    const atMiddle = (atFrom + atTo) / 2 + spread * normal(seed, middle, stream);
    if (step < middle) [to, atTo] = [middle, atMiddle];
    else [from, atFrom] = [middle, atMiddle];
  }
  return atFrom;
}

const MOST_COUNTED = 500;

/** A count of the Poisson distribution; of a large mean, as the normal distribution has it. */
export function poisson(mean: number, seed: number, place: number, stream: number): number {
  if (mean <= 0) return 0;
  if (mean > MOST_COUNTED) {
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(seed, place, stream)));
  }
  let left = uniform(seed, place, 2 * stream);
  let chance = Math.exp(-mean);
  let count = 0;
  while (left >= chance && count < 4 * MOST_COUNTED) {
    left -= chance;
    chance *= mean / ++count;
  }
  return count;
}

/** The pause before the next of events that come by chance, of this mean. */
export function pause(meanUs: number, seed: number, place: number, stream: number): number {
  return -meanUs * Math.log(1 - uniform(seed, place, stream));
}

function mixed(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
