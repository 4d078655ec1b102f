/** Tokens, comments and the mistakes of single characters. */
import assert from "node:assert/strict";
import { createReport, type Diagnostic } from "../../dsl/diagnostic.ts";
import { parseDuration, printDuration } from "../../dsl/duration.ts";
import { lex } from "../../dsl/lexer.ts";
import { createSourceText } from "../../dsl/source.ts";
import type { Token } from "../../dsl/token.ts";
import { pluginOfText, pluginSource } from "./plugin_source.ts";

function lexText(template: string) {
  return lexPlugin(pluginOfText("p", template));
}

function lexPlugin(plugin: ReturnType<typeof pluginOfText>) {
  const source = createSourceText(plugin);
  const diagnostics: Diagnostic[] = [];
  const { tokens, comments } = lex(source, createReport(source, diagnostics));
  return { tokens: tokens.slice(0, -1), comments, codes: diagnostics.map(({ code }) => code) };
}

function shapeOf(token: Token): string {
  return "value" in token ? `${token.kind} ${token.value}` : `${token.kind} ${token.text}`;
}

Deno.test("lex() reads names, numbers, durations, strings and signs", () => {
  const { tokens, codes } = lexText('a_1 10_000 0.5 1e-3 1m 500us "b\\"c" ?? <= ( a.b');
  assert.deepEqual(tokens.map(shapeOf), [
    "name a_1",
    "number 10000",
    "number 0.5",
    "number 0.001",
    "duration 60000000",
    "duration 500",
    'string b"c',
    "punctuation ??",
    "punctuation <=",
    "punctuation (",
    "name a",
    "punctuation .",
    "name b",
  ]);
  assert.deepEqual(codes, []);
});

Deno.test("lex() tells whole numbers from those with a fraction", () => {
  const integers = lexText("1 1.0 1e3 9007199254740993").tokens.map((token) =>
    token.kind === "number" && token.integer
  );
  assert.deepEqual(integers, [true, false, false, false]);
});

Deno.test("lex() keeps line starts, docs and comments", () => {
  const { tokens, comments } = lexText("a // why\n/// one\n/// two\nb c");
  assert.deepEqual(tokens.map(({ startsLine }) => startsLine), [true, true, false]);
  assert.deepEqual(tokens.map(({ doc }) => doc), [undefined, "one\ntwo", undefined]);
  assert.deepEqual(comments.map(({ text, startsLine }) => [text, startsLine]), [
    ["// why", false],
    ["/// one", true],
    ["/// two", true],
  ]);
});

Deno.test("lex() counts holes, those in comments too", () => {
  const { tokens } = lexPlugin(pluginSource("p")`a ${1} // not ${2} this\n${3}`);
  const holes = tokens.filter((token) => token.kind === "hole");
  assert.deepEqual(holes.map(({ index }) => index), [0]);
  const lines = lexPlugin(pluginSource("p")`// not ${2} this
    ${3}`);
  assert.deepEqual(lines.tokens.map((token) => token.kind === "hole" && token.index), [1]);
});

Deno.test("lex() reports what it cannot read and goes on", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["a ; b", "E101", "name a,name b"],
    ["a && b", "E101", "name a,name b"],
    ["a === b", "E101", "name a,name b"],
    ["'a'", "E101,E101", "name a"],
    ["größe", "E101", "name größe"],
    ['"open', "E102", "string "],
    ["10x", "E103", "number 0"],
    ["5min", "E103", "number 0"],
    ["1e999", "E103", "number 0"],
  ];
  for (const [text, codes, tokens] of cases) {
    const lexed = lexText(text);
    assert.equal(lexed.codes.join(), codes, text);
    assert.equal(lexed.tokens.map(shapeOf).join(), tokens, text);
  }
});

Deno.test("parseDuration() and printDuration() have one form for one length", () => {
  const cases = { "60s": "1m", "90s": "90s", "1440m": "1d", "0.5s": "500ms", "1_000us": "1ms" };
  for (const [written, canonical] of Object.entries(cases)) {
    assert.equal(printDuration(parseDuration(written) ?? NaN), canonical);
  }
  assert.equal(printDuration(0), "0s");
  for (const wrong of ["5", "m", "1.5us", "-1m", "1 m", "1mo", "99999999999d"]) {
    assert.equal(parseDuration(wrong), undefined, wrong);
  }
});
