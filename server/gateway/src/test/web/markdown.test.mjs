import assert from "node:assert/strict";
import { test } from "node:test";
import { inline, parse } from "../../main/resources/web/markdown.js";

test("paragraphs, headings, rules and quotes", () => {
  assert.deepEqual(parse("one\ntwo\n\n## Title ##\nthree\n---\n> said\n> so"), [
    { t: "p", c: ["one\ntwo"] },
    { t: "h", level: 2, c: ["Title"] },
    { t: "p", c: ["three"] },
    { t: "hr" },
    { t: "quote", c: ["said\nso"] },
  ]);
});

test("lists of both kinds, with items that go on", () => {
  assert.deepEqual(parse("- a\n- b\n  more\n\n3. c\n4. d"), [
    { t: "ul", items: [["a"], ["b\nmore"]] },
    { t: "ol", items: [["c"], ["d"]], start: 3 },
  ]);
});

test("a fence holds its text as it is, also while it is still open", () => {
  assert.deepEqual(parse("```js\n**x** <b>\n```\nafter"), [
    { t: "code", lang: "js", text: "**x** <b>" },
    { t: "p", c: ["after"] },
  ]);
  assert.deepEqual(parse("```\nhalf"), [{ t: "code", lang: "", text: "half" }]);
});

test("inline marks, and half-open ones as text", () => {
  assert.deepEqual(inline("a **b *c*** `d*e*` f"), [
    "a ",
    { t: "b", c: ["b ", { t: "i", c: ["c"] }] },
    " ",
    { t: "code", text: "d*e*" },
    " f",
  ]);
  assert.deepEqual(inline("2 * 3 * 4 and **open and snake_case_name"), ["2 * 3 * 4 and **open and snake_case_name"]);
});

test("links go to http, https and mailto only", () => {
  assert.deepEqual(inline("[x](https://a.example/b)"), [{ t: "a", href: "https://a.example/b", c: ["x"] }]);
  assert.deepEqual(inline("see https://a.example/b."), [
    "see ",
    { t: "a", href: "https://a.example/b", c: ["https://a.example/b"] },
    ".",
  ]);
  for (const href of ["javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "//evil.example", "/local"]) {
    assert.deepEqual(inline(`[x](${href})`), [`[x](${href})`]);
  }
});

test("markup is text", () => {
  assert.deepEqual(parse("<img src=x onerror=alert(1)>"), [{ t: "p", c: ["<img src=x onerror=alert(1)>"] }]);
});

test("every text, at every length while it streams in, keeps its visible words", () => {
  const text = "# A\n\n**bold** and `code`\n\n- one\n- two\n\n```\nx\n```\n\nend [l](https://e.example)";
  for (let length = 0; length <= text.length; length += 1) assert.ok(Array.isArray(parse(text.slice(0, length))));
});

test("half-open marks in bulk stay affordable", () => {
  for (const mark of ["**a ", "`a ", "[a](", "*a ", "``` ", "https://"]) {
    assert.ok(parse(mark.repeat(16000)).length > 0);
  }
});
