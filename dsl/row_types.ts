/** TypeScript types of the rows of streams. */
import { unreachable } from "./unreachable.ts";
import type { ValueType } from "./types.ts";

/** A stream whose rows get an interface. */
export interface TypedStream {
  readonly name: string;
  readonly doc?: string;
  readonly columns: readonly TypedColumn[];
}

export interface TypedColumn {
  readonly name: string;
  readonly type: ValueType;
  readonly doc?: string;
  /** Keys and times are never null. */
  readonly required: boolean;
}

/**
 * Writes a module of one interface for each stream, one for each struct in them, and `Streams`, which has
 * the interface of each stream by the stream's name.
 */
export function printRowTypes(title: string, streams: readonly TypedStream[]): string {
  const printer = new RowTypesPrinter();
  const names = streams.map(({ name }) => printer.takeName(name));
  streams.forEach((stream, index) => printer.printStream(names[index] ?? "", stream));
  const members = streams.map(({ name, doc }, index) => ({
    name,
    doc: doc?.split("\n")[0],
    type: names[index] ?? "never",
  }));
  const all = printInterface("Streams", "The rows of each stream by its name.", members);
  return [printDoc(title, ""), ...printer.blocks, all].join("\n");
}

interface Member {
  readonly name: string;
  readonly doc?: string | undefined;
  readonly type: string;
}

class RowTypesPrinter {
  readonly blocks: string[] = [];
  readonly #taken = new Set(["Streams", "Float64Array", "ReadonlyMap"]);

  /** A free name for an interface: `mid_price` is `MidPrice`. */
  takeName(...parts: readonly string[]): string {
    const words = parts.flatMap((part) => part.split(/[^\p{L}\p{N}]+/u)).filter((word) =>
      word !== ""
    );
    const joined = words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join("");
    const name = /^[\p{L}_]/u.test(joined) ? joined : `Row${joined}`;
    let free = name;
    for (let count = 2; this.#taken.has(free); count++) free = `${name}${count}`;
    this.#taken.add(free);
    return free;
  }

  printStream(name: string, { doc, columns }: TypedStream): void {
    const members = columns.map((column) => ({
      name: column.name,
      doc: [column.doc, unitOf(column.type)].filter((part) => part !== undefined).join("\n"),
      type: this.#print(column.type, [name, column.name]) + (column.required ? "" : " | null"),
    }));
    this.blocks.push(printInterface(name, doc, members));
  }

  /** `path` names the interface of a struct. */
  #print(type: ValueType, path: readonly string[]): string {
    switch (type.kind) {
      case "bool":
        return "boolean";
      case "i32":
      case "i64":
      case "f32":
      case "f64":
      case "timestamp":
      case "duration":
        return "number";
      case "string":
        return "string";
      case "enum":
        return type.values.map((value) => JSON.stringify(value)).join(" | ");
      case "list":
        return `readonly (${this.#print(type.element, path)} | null)[]`;
      case "map": {
        const value = this.#print(type.value, path);
        return `ReadonlyMap<${this.#print(type.key, path)}, ${value} | null>`;
      }
      case "vector":
        return "Float64Array";
      case "struct": {
        const name = this.takeName(...path);
        const members = type.fields.map((field) => ({
          name: field.name,
          doc: unitOf(field.type),
          type: `${this.#print(field.type, [...path, field.name])} | null`,
        }));
        this.blocks.push(printInterface(name, undefined, members));
        return name;
      }
      default:
        return unreachable(type);
    }
  }
}

function unitOf(type: ValueType): string | undefined {
  if (type.kind === "timestamp") return "Microseconds since 1970 UTC.";
  if (type.kind === "duration") return "Microseconds.";
  return type.kind === "vector" ? `${type.length} numbers; a missing one is NaN.` : undefined;
}

function printInterface(
  name: string,
  doc: string | undefined,
  members: readonly Member[],
): string {
  const lines = members.map((member) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(member.name) ? member.name : JSON.stringify(member.name);
    return `${printDoc(member.doc, "  ")}  readonly ${key}: ${member.type};\n`;
  });
  return `${printDoc(doc, "")}export interface ${name} {\n${lines.join("")}}\n`;
}

function printDoc(doc: string | undefined, indent: string): string {
  if (doc === undefined || doc === "") return "";
  const lines = doc.replaceAll("*/", "*\\/").split("\n");
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  const body = lines.map((line) => `${indent} * ${line}`.trimEnd()).join("\n");
  return `${indent}/**\n${body}\n${indent} */\n`;
}
