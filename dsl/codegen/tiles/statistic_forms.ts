/**
 * Forms of statistics: each lies about its first value, so that what is far from zero keeps its digits, and two merge by
 * the distance of their means. The texts leave `k`, `p`, `q` and `r` to the words, which stand at those places.
 */
import type { TileForm } from "./tile_forms.ts";

/** Count, a shift (the first value), the mean's distance to it, and squared distances to the mean. */
export const MOMENTS_FORM: TileForm = {
  empty: ["0", "0", "0", "0"],
  add: ([n, shift, mean, squares]) =>
    `{ if (${n}++ === 0) ${shift} = x; const v = x - ${shift}, y = v - ${mean}; ` +
    `const u = ${mean} + y / ${n}; ${squares} += y * (v - u); ${mean} = u; }`,
  merge: (into, from) => {
    const [n, shift, mean, squares] = into;
    const [fromN, fromShift, fromMean, fromSquares] = from;
    return mergeOrTake(
      into,
      from,
      `const m = ${n} + ${fromN}, y = (${fromShift} - ${shift}) + (${fromMean} - ${mean}); ` +
        `${mean} += y * (${fromN} / m); ` +
        `${squares} += ${fromSquares} + y * y * (${n} * (${fromN} / m)); ${n} = m;`,
    );
  },
  reads: ([, , , squares]) => ({ squares: squares! }),
};

/** The same with cubes and fourth powers: Terriberry's update, Pébay's merge. */
export const POWERS_FORM: TileForm = {
  empty: ["0", "0", "0", "0", "0", "0"],
  add: ([n, shift, mean, s2, s3, s4]) =>
    `{ const m = ++${n}; if (m === 1) ${shift} = x; ` +
    `const v = x - ${shift} - ${mean}, u = v / m, w = u * u, z = v * u * (m - 1); ` +
    `${s4} += z * w * (m * m - 3 * m + 3) + 6 * w * ${s2} - 4 * u * ${s3}; ` +
    `${s3} += z * u * (m - 2) - 3 * u * ${s2}; ${s2} += z; ${mean} += u; }`,
  merge: (into, from) => {
    const [n, shift, mean, s2, s3, s4] = into;
    const [fromN, fromShift, fromMean, from2, from3, from4] = from;
    return mergeOrTake(
      into,
      from,
      `const a = ${n}, b = ${fromN}, m = a + b; ` +
        `const v = (${fromShift} - ${shift}) + (${fromMean} - ${mean}), u = v / m, z = v * u * a * b; ` +
        `${s4} += ${from4} + z * u * u * (a * a - a * b + b * b) + ` +
        `6 * u * u * (a * a * ${from2} + b * b * ${s2}) + 4 * u * (a * ${from3} - b * ${s3}); ` +
        `${s3} += ${from3} + z * u * (a - b) + 3 * u * (a * ${from2} - b * ${s2}); ` +
        `${s2} += ${from2} + z; ${mean} += u * b; ${n} = m;`,
    );
  },
  reads: ([, , , s2, s3, s4]) => ({ sums: `0, ${s2}, ${s3}`, fourth: s4! }),
};

/** Count, a shift and a distance of the mean for each of two operands, and the sums of products of distances. */
export function comomentsForm(other: "y" | "at"): TileForm {
  return {
    empty: ["0", "0", "0", "0", "0", "0", "0", "0"],
    readsTime: other === "at",
    add: ([n, bx, by, mx, my, xx, yy, xy]) =>
      `{ if (++${n} === 1) { ${bx} = x; ${by} = ${other}; } ` +
      `const d = x - ${bx} - ${mx}, e = ${other} - ${by} - ${my}; ` +
      `${mx} += d / ${n}; ${my} += e / ${n}; const f = ${other} - ${by} - ${my}; ` +
      `${xx} += d * (x - ${bx} - ${mx}); ${yy} += e * f; ${xy} += d * f; }`,
    merge: (into, from) => {
      const [n, bx, by, mx, my, xx, yy, xy] = into;
      const [fromN, fromBx, fromBy, fromMx, fromMy, fromXx, fromYy, fromXy] = from;
      return mergeOrTake(
        into,
        from,
        `const m = ${n} + ${fromN}, f = ${fromN} / m, g = ${n} * f; ` +
          `const d = (${fromBx} - ${bx}) + (${fromMx} - ${mx}); ` +
          `const e = (${fromBy} - ${by}) + (${fromMy} - ${my}); ` +
          `${mx} += d * f; ${my} += e * f; ${xx} += ${fromXx} + d * d * g; ` +
          `${yy} += ${fromYy} + e * e * g; ${xy} += ${fromXy} + d * e * g; ${n} = m;`,
      );
    },
    reads: ([, , , , , xx, yy, xy]) => ({ xx: xx!, yy: yy!, xy: xy! }),
  };
}

/** A value, and 1 while all others equal it. */
export function constantForm(operand: "x" | "y" | "at"): TileForm {
  return {
    empty: ["NaN", "1"],
    readsTime: operand === "at",
    add: ([v, same]) =>
      `if (${v} !== ${v}) ${v} = ${operand}; else if (${v} !== ${operand}) ${same} = 0;`,
    merge: ([v, same], [fromV, fromSame]) =>
      `if (${v} !== ${v}) { ${v} = ${fromV}; ${same} = ${fromSame}; } ` +
      `else if (${fromSame} === 0 || (${fromV} === ${fromV} && ${fromV} !== ${v})) ${same} = 0;`,
    reads: ([, same]) => ({ isConstant: `(${same} === 1)` }),
  };
}

/** Sum and weight as of the newest row's time. */
export function decayedForm(halfLife: string): TileForm {
  return {
    empty: ["0", "0", "-Infinity"],
    readsTime: true,
    add: ([sum, weight, time]) =>
      `{ const f = Math.pow(2, (${time} - at) / ${halfLife}); ${sum} = ${sum} * f + x; ` +
      `${weight} = ${weight} * f + 1; ${time} = at; }`,
    merge: ([sum, weight, time], [fromSum, fromWeight, fromTime]) =>
      `if (${fromTime} > -Infinity) { const f = Math.pow(2, (${time} - ${fromTime}) / ${halfLife}); ` +
      `${sum} = ${sum} * f + ${fromSum}; ${weight} = ${weight} * f + ${fromWeight}; ` +
      `${time} = ${fromTime}; }`,
    reads: ([sum, weight, time]) => ({ sum: sum!, weight: weight!, time: time! }),
  };
}

/** States begin with their count: of an empty one nothing is merged, and an empty one takes all. */
function mergeOrTake(into: readonly string[], from: readonly string[], merged: string): string {
  const take = into.map((word, j) => `${word} = ${from[j]};`).join(" ");
  return `if (${into[0]} === 0) { ${take} } else if (${from[0]} > 0) { ${merged} }`;
}
