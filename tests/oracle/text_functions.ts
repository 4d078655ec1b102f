/** Functions of texts and lists, on values that are not null. */
import { castValue } from "./cast.ts";
import { isList, isMap, textOf, type Value } from "./value.ts";

type Body = (...values: Value[]) => Value;

/** Code points of a text: lone surrogates count one each. */
function points(text: Value): readonly string[] {
  return Array.from(String(text));
}

function pattern(source: Value, flags: string): RegExp {
  return new RegExp(String(source), flags);
}

export const TEXT_FUNCTIONS: Readonly<Record<string, Body>> = {
  length: (x = null) => isMap(x) ? x.size : isList(x) ? x.length : points(x).length,
  lower: (s = "") => String(s).toLowerCase(),
  upper: (s = "") => String(s).toUpperCase(),
  trim: (s = "") => String(s).trim(),
  substring: (s = "", start = 0, count = Infinity) => {
    const all = points(s);
    const from = Number(start) < 0
      ? Math.max(0, all.length + Number(start))
      : Math.min(Number(start), all.length);
    return all.slice(from, Math.max(from, from + Number(count))).join("");
  },
  contains: (s = "", t = "") =>
    isList(s) ? s.some((one) => textOf(one) === textOf(t)) : String(s).includes(String(t)),
  starts_with: (s = "", t = "") => String(s).startsWith(String(t)),
  ends_with: (s = "", t = "") => String(s).endsWith(String(t)),
  replace: (s = "", from = "", to = "") =>
    from === "" ? s : String(s).split(String(from)).join(String(to)),
  split: (s = "", separator = "") =>
    separator === "" ? points(s) : String(s).split(String(separator)),
  matches: (s = "", source = "") => pattern(source, "u").test(String(s)),
  extract: (s = "", source = "", group = null) => {
    const found = pattern(source, "u").exec(String(s));
    if (found === null) return null;
    return found[group === null ? Math.min(1, found.length - 1) : Number(group)] ?? null;
  },
  join_list: (list = [], separator = "") =>
    isList(list) ? list.filter((one) => one !== null).join(String(separator)) : null,
  keys: (map = null) => isMap(map) ? [...map.keys()] : null,
  values: (map = null) => isMap(map) ? [...map.values()] : null,
  dot: (v = null, w = null) => {
    const others = numbersOf(w);
    return numbersOf(v).reduce((sum, x, i) => sum + x * (others[i] ?? NaN), 0);
  },
  norm: (v = null) => Math.sqrt(numbersOf(v).reduce((sum, x) => sum + x * x, 0)),
  sum_list: (list = null) => present(list).reduce((sum, x) => sum + x, 0),
  avg_list: (list = null) => {
    const all = present(list);
    return all.length === 0 ? null : all.reduce((sum, x) => sum + x, 0) / all.length;
  },
  min_list: (list = null) => present(list).length === 0 ? null : Math.min(...present(list)),
  max_list: (list = null) => present(list).length === 0 ? null : Math.max(...present(list)),
  index_of: (list = null, x = null) => {
    const place = isList(list) ? list.findIndex((one) => textOf(one) === textOf(x)) : -1;
    return place < 0 ? null : place;
  },
};

function numbersOf(list: Value): readonly number[] {
  return isList(list) ? list.map((one) => one === null ? NaN : Number(one)) : [];
}

function present(list: Value): readonly number[] {
  return isList(list) ? list.filter((one) => one !== null).map(Number) : [];
}

/** `concat`: each argument as a cast to string gives it. */
export function concatenated(values: readonly Value[], types: readonly { kind: string }[]): Value {
  return values.map((value, i) =>
    castValue(value, { kind: types[i]?.kind ?? "" } as never, { kind: "string" })
  ).join("");
}
