/**
 * States as pages of 64 KiB. A page that is as it was in the last checkpoint is not written again: both refer to
 * it.
 *
 * P1 A page belongs to its state, its part's path and its place in the part; pages do not wander.
 * P2 A page that changes gets a new number, never an old one; so the checkpoints that refer to a page follow
 *    each other without a gap.
 */
import { createHash } from "node:crypto";
import type { PartType, PathStep, StatePart } from "./state_parts.ts";
import { splitState } from "./state_parts.ts";

export const PAGE_BYTES = 65536;
export const HASH_BYTES = 16;

/** Bytes in pages: of a skeleton or of a part. */
export interface PagedBytes {
  readonly bytes: number;
  /** Numbers of its pages. */
  readonly pages: Float64Array<ArrayBuffer>;
}

export interface PagedPart extends PagedBytes {
  readonly path: readonly PathStep[];
  readonly type: PartType;
}

export interface PagedState {
  readonly name: string;
  readonly skeleton: PagedBytes;
  readonly parts: readonly PagedPart[];
}

export interface NewPage {
  readonly id: number;
  readonly hash: Uint8Array<ArrayBuffer>;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Pages of one skeleton or part, and their hashes one behind the other. */
interface KnownPages {
  readonly pages: Float64Array<ArrayBuffer>;
  readonly hashes: Uint8Array<ArrayBuffer>;
}

/** What the last checkpoint refers to, by part. */
export type KnownParts = ReadonlyMap<string, KnownPages>;

export interface PagedStates {
  readonly states: readonly PagedState[];
  readonly newPages: readonly NewPage[];
  readonly known: KnownParts;
  readonly nextPage: number;
  readonly bytes: number;
}

/** Takes the states apart: they have holes after. */
export function pageStates(
  states: ReadonlyMap<string, unknown>,
  { known, nextPage }: { readonly known: KnownParts; readonly nextPage: number },
): PagedStates {
  const pager = new Pager(known, nextPage);
  const paged = [...states].map(([name, state]): PagedState => {
    const { skeleton, parts } = splitState(state);
    return {
      name,
      skeleton: pager.page(partKey(name, undefined), skeleton),
      parts: parts.map((part) => pager.pagePart(name, part)),
    };
  });
  const { newPages, known: knownAfter, nextPage: nextAfter, bytes } = pager;
  return { states: paged, newPages, known: knownAfter, nextPage: nextAfter, bytes };
}

/** What `pageStates` knows of states that were read back. */
export function knownParts(
  states: readonly PagedState[],
  hashes: ReadonlyMap<number, Uint8Array<ArrayBuffer>>,
): KnownParts {
  const known = new Map<string, KnownPages>();
  const add = (key: string, { pages }: PagedBytes) => {
    const all = new Uint8Array(pages.length * HASH_BYTES);
    // A page whose hash is not there equals no other.
    pages.forEach((page, i) => all.set(hashes.get(page) ?? [], i * HASH_BYTES));
    known.set(key, { pages, hashes: all });
  };
  for (const { name, skeleton, parts } of states) {
    add(partKey(name, undefined), skeleton);
    for (const part of parts) add(partKey(name, part.path), part);
  }
  return known;
}

/** The numbers of all pages of states. */
export function pagesOf(states: readonly PagedState[]): number[] {
  return states.flatMap(({ skeleton, parts }) => [
    ...skeleton.pages,
    ...parts.flatMap(({ pages }) => [...pages]),
  ]);
}

class Pager {
  readonly newPages: NewPage[] = [];
  readonly known = new Map<string, KnownPages>();
  nextPage: number;
  bytes = 0;
  readonly #before: KnownParts;

  constructor(before: KnownParts, nextPage: number) {
    this.#before = before;
    this.nextPage = nextPage;
  }

  pagePart(state: string, { path, type, bytes }: StatePart): PagedPart {
    return { path, type, ...this.page(partKey(state, path), bytes) };
  }

  page(key: string, bytes: Uint8Array<ArrayBuffer>): PagedBytes {
    const count = Math.ceil(bytes.byteLength / PAGE_BYTES);
    const pages = new Float64Array(count);
    const hashes = new Uint8Array(count * HASH_BYTES);
    const before = this.#before.get(key);
    for (let i = 0; i < count; i++) {
      const data = bytes.subarray(i * PAGE_BYTES, (i + 1) * PAGE_BYTES);
      const hash = hashOf(data);
      hashes.set(hash, i * HASH_BYTES);
      pages[i] = pageBefore(before, i, hash) ?? this.#add(hash, data);
    }
    this.known.set(key, { pages, hashes });
    this.bytes += bytes.byteLength;
    return { bytes: bytes.byteLength, pages };
  }

  #add(hash: Uint8Array<ArrayBuffer>, data: Uint8Array<ArrayBuffer>): number {
    const id = this.nextPage++;
    this.newPages.push({ id, hash, data });
    return id;
  }
}

/** The length is part of what is hashed: the last page of a part may be short. */
function hashOf(data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const digest = createHash("sha256").update(data).digest();
  return new Uint8Array(digest.buffer, digest.byteOffset, HASH_BYTES).slice();
}

function pageBefore(
  before: KnownPages | undefined,
  index: number,
  hash: Uint8Array,
): number | undefined {
  if (before === undefined || index >= before.pages.length) return undefined;
  const offset = index * HASH_BYTES;
  for (let i = 0; i < HASH_BYTES; i++) {
    if (before.hashes[offset + i] !== hash[i]) return undefined;
  }
  return before.pages[index];
}

/** A skeleton has no path. */
function partKey(state: string, path: readonly PathStep[] | undefined): string {
  return JSON.stringify([state, path?.map((step) => [typeof step, String(step)])]);
}
