/** Types of stored columns, from the text that `printType` made of them. */
import { isNested, type ValueType } from "../../dsl/mod.ts";

const SCALARS = ["bool", "i32", "i64", "f32", "f64", "string", "timestamp", "duration"] as const;
const TOKEN = /\s*("(?:[^"\\]|\\.)*"|[^\s"<>{}(),|]+|[<>{}(),|])/y;

/** The type of a text, or undefined if it is none. */
export function parseTypeText(text: string): ValueType | undefined {
  const tokens = tokensOf(text);
  if (tokens === undefined) return undefined;
  const rest = new Tokens(tokens);
  const type = rest.type();
  return rest.isAtEnd ? type : undefined;
}

function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) return undefined;
    tokens.push(match[1]!);
  }
  return tokens;
}

class Tokens {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  type(): ValueType | undefined {
    const word = this.#tokens[this.#at++];
    const kind = SCALARS.find((scalar) => scalar === word);
    if (kind !== undefined) return { kind };
    if (word?.startsWith('"')) return this.#values(word);
    switch (word) {
      case "list": {
        const element = this.#take("<") ? this.type() : undefined;
        return element && this.#take(">") ? { kind: "list", element } : undefined;
      }
      case "map":
        return this.#map();
      case "struct":
        return this.#struct();
      case "vector": {
        const length = this.#take("(") ? Number(this.#tokens[this.#at++]) : 0;
        const isWhole = Number.isSafeInteger(length) && length > 0;
        return isWhole && this.#take(")") ? { kind: "vector", length } : undefined;
      }
    }
    return undefined;
  }

  #values(first: string): ValueType {
    const values = [JSON.parse(first) as string];
    while (this.#take("|")) values.push(JSON.parse(this.#tokens[this.#at++] ?? '""') as string);
    return { kind: "enum", values };
  }

  #map(): ValueType | undefined {
    const key = this.#take("<") ? this.type() : undefined;
    const value = key && this.#take(",") ? this.type() : undefined;
    if (!key || isNested(key) || !value || !this.#take(">")) return undefined;
    return { kind: "map", key, value };
  }

  #struct(): ValueType | undefined {
    if (!this.#take("{")) return undefined;
    const fields: { name: string; type: ValueType }[] = [];
    do {
      const name = this.#tokens[this.#at++];
      const type = this.type();
      if (name === undefined || type === undefined) return undefined;
      fields.push({ name, type });
    } while (this.#take(","));
    return this.#take("}") ? { kind: "struct", fields } : undefined;
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }
}
