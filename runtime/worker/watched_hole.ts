/** Functions of a plugin as the engine calls them: the host sees how long each call takes. */
import type { Pulse } from "./pulse.ts";

type Call = (...args: unknown[]) => unknown;

const { apply } = Reflect;
const { bind, toString } = Function.prototype;

/** Of aggregates and of folds. */
const METHODS = ["init", "add", "merge", "remove", "result", "reduce"];
const FIXED = 4;
/** What tells a function how many arguments it was given. */
const COUNTS = /\.\.\.|\barguments\b|\[native code\]/;

/** A function, or an object with methods that the engine calls; all else is as it was. */
export function watchedHole(hole: unknown, pulse: Pulse): unknown {
  if (typeof hole === "function") {
    return watched(hole as Call, countsArguments(hole as Call), pulse);
  }
  if (typeof hole !== "object" || hole === null) return hole;
  const copy: Record<string, unknown> = { ...hole };
  let isCalled = false;
  // The plugin may have changed what lists do.
  for (let i = 0; i < METHODS.length; i++) {
    const name = METHODS[i]!;
    const method: unknown = Reflect.get(hole, name);
    if (typeof method !== "function") continue;
    const counts = countsArguments(method as Call);
    copy[name] = watched(apply(bind, method, [hole]), counts, pulse);
    isCalled = true;
  }
  return isCalled ? copy : hole;
}

/** With a fixed number of arguments a call allocates nothing, and takes a third of the time. */
function watched(call: Call, counts: boolean, pulse: Pulse): Call {
  return counts ? watchedList(call, pulse) : (a, b, c, d) => {
    pulse[0]!++;
    try {
      return call(a, b, c, d);
    } finally {
      pulse[0]!++;
    }
  };
}

function watchedList(call: Call, pulse: Pulse): Call {
  return (...args) => {
    pulse[0]!++;
    try {
      return apply(call, undefined, args);
    } finally {
      pulse[0]!++;
    }
  };
}

function countsArguments(call: Call): boolean {
  return call.length > FIXED || COUNTS.test(apply(toString, call, []));
}
