/** Seeded damage to texts. */
import type { Random } from "../support/random.ts";

const pieces = /\$\{\d\}|\w+|\s+|[^\w\s]/g;
const signs = [..."{}()[]<>,=:.|+-*/%\"\\\n $;'`"];
const brackets = [
  "(",
  "[0",
  "-",
  "not ",
  "list<",
  "struct{a ",
  "union(",
  "f(",
  "if ",
  "{",
  "x in (",
];
const longest = 8000;

/** One to a few random changes of a text from the corpus. */
export function damage(random: Random, corpus: readonly string[]): string {
  let text = random.pick(corpus);
  for (let times = random.between(1, 4); times > 0; times--) {
    text = random.pick(changes)(text, random, corpus);
  }
  return text.slice(0, longest);
}

/** A text of the corpus in which a few words stand in for others: most of them still parse. */
export function confuse(random: Random, corpus: readonly string[]): string {
  const list = cut(random.pick(corpus));
  const words = list.filter(isWord);
  const others = random.chance(0.5) ? words : cut(random.pick(corpus)).filter(isWord);
  if (words.length === 0 || others.length === 0) return list.join("");
  for (let times = random.between(1, 5); times > 0; times--) {
    const at = random.int(list.length);
    if (isWord(list[at] ?? "")) list[at] = random.pick(others);
  }
  return list.join("");
}

function isWord(piece: string): boolean {
  return /^(\w+|\$\{\d\})$/.test(piece);
}

type Change = (text: string, random: Random, corpus: readonly string[]) => string;

const changes: readonly Change[] = [
  swapPieces,
  deletePieces,
  insertPiece,
  insertPiece,
  repeatPieces,
  insertCharacters,
  flipCharacter,
  truncate,
  splice,
  nest,
];

function cut(text: string): string[] {
  return text.match(pieces) ?? [];
}

function swapPieces(text: string, random: Random): string {
  const list = cut(text);
  if (list.length < 2) return text;
  const [a, b] = [random.int(list.length), random.int(list.length)];
  [list[a], list[b]] = [list[b] ?? "", list[a] ?? ""];
  return list.join("");
}

function deletePieces(text: string, random: Random): string {
  const list = cut(text);
  list.splice(random.int(list.length + 1), random.between(1, 6));
  return list.join("");
}

function insertPiece(text: string, random: Random, corpus: readonly string[]): string {
  const list = cut(text);
  list.splice(random.int(list.length + 1), 0, ` ${random.pick(cut(random.pick(corpus)))} `);
  return list.join("");
}

function repeatPieces(text: string, random: Random): string {
  const list = cut(text);
  const at = random.int(list.length + 1);
  list.splice(at, 0, ...list.slice(at, at + random.between(1, 20)));
  return list.join("");
}

function insertCharacters(text: string, random: Random): string {
  const at = random.int(text.length + 1);
  const many = Array.from({ length: random.between(1, 8) }, () => randomCharacter(random));
  return text.slice(0, at) + many.join("") + text.slice(at);
}

function flipCharacter(text: string, random: Random): string {
  const at = random.int(text.length + 1);
  return text.slice(0, at) + randomCharacter(random) + text.slice(at + 1);
}

/** Signs of the language, letters, and any code unit, halves of surrogate pairs among them. */
function randomCharacter(random: Random): string {
  if (random.chance(0.5)) return random.pick(signs);
  return String.fromCharCode(random.chance(0.5) ? random.int(128) : random.int(65_536));
}

function truncate(text: string, random: Random): string {
  return text.slice(0, random.int(text.length + 1));
}

function splice(text: string, random: Random, corpus: readonly string[]): string {
  const other = random.pick(corpus);
  return text.slice(0, random.int(text.length + 1)) + other.slice(random.int(other.length + 1));
}

function nest(text: string, random: Random): string {
  const at = random.int(text.length + 1);
  const many = random.pick(brackets).repeat(random.chance(0.05) ? 1000 : random.between(2, 40));
  return text.slice(0, at) + many + text.slice(at);
}
