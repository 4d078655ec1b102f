/** One-hot codes of categories that are named in advance. */

/** `categories` parted by commas, spaces around them left out. */
export function oneHot(category: string, categories: string): number[] {
  const names = categories.split(",").map((name) => name.trim()).filter((name) => name !== "");
  return names.map((name) => name === category ? 1 : 0);
}
