// A small, safe part of Markdown as a tree of plain objects. Text never becomes markup.

const RULE = /^ {0,3}([-*_])( *\1){2,} *$/;

/**
 * The blocks of a text, also of one that is still being written:
 * `{t:"p"|"h"|"quote", c: inline[], level?}`,
 * `{t:"code", lang, text}`, `{t:"ul"|"ol", items: inline[][], start?}`, `{t:"hr"}`.
 */
export function parse(text) {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const blocks = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    let match;
    if (line.trim() === "") {
      at += 1;
    } else if ((match = /^ {0,3}(`{3,}|~{3,})\s*([\w+#.-]*)[^`]*$/.exec(line))) {
      at = code(lines, at + 1, match, blocks);
    } else if ((match = /^(#{1,6})\s+(.+)$/.exec(line))) {
      blocks.push({ t: "h", level: match[1].length, c: inline(match[2].replace(/\s+#+\s*$/, "")) });
      at += 1;
    } else if (RULE.test(line)) {
      blocks.push({ t: "hr" });
      at += 1;
    } else if (/^>/.test(line)) {
      const rows = [];
      while (at < lines.length && /^>/.test(lines[at])) rows.push(lines[at++].replace(/^> ?/, ""));
      blocks.push({ t: "quote", c: inline(rows.join("\n")) });
    } else if (item(line)) {
      at = list(lines, at, blocks);
    } else {
      const rows = [];
      do rows.push(lines[at++]);
      while (at < lines.length && lines[at].trim() !== "" && !startsBlock(lines[at]));
      blocks.push({ t: "p", c: inline(rows.join("\n")) });
    }
  }
  return blocks;
}

function startsBlock(line) {
  return (
    /^ {0,3}(`{3,}|~{3,})/.test(line) ||
    /^#{1,6}\s/.test(line) ||
    /^>/.test(line) ||
    RULE.test(line) ||
    item(line) !== null
  );
}

function code(lines, from, [, fence, lang], blocks) {
  const rows = [];
  let at = from;
  while (at < lines.length && !(lines[at].trim().startsWith(fence) && /^[`~]+$/.test(lines[at].trim())))
    rows.push(lines[at++]);
  blocks.push({ t: "code", lang, text: rows.join("\n") });
  return at + 1;
}

function item(line) {
  const match = /^ {0,3}(?:([-*+])|(\d{1,9})[.)])\s+(\S.*)$/.exec(line);
  return match && { t: match[1] ? "ul" : "ol", start: Number(match[2] ?? 1), text: match[3] };
}

function list(lines, from, blocks) {
  const first = item(lines[from]);
  const items = [];
  let at = from;
  while (at < lines.length) {
    const next = item(lines[at]);
    if (next && next.t === first.t) items.push([next.text]);
    else if (!next && /^\s+\S/.test(lines[at])) items.at(-1).push(lines[at].trim());
    else break;
    at += 1;
  }
  const block = { t: first.t, items: items.map((rows) => inline(rows.join("\n"))) };
  if (first.t === "ol") block.start = first.start;
  blocks.push(block);
  return at;
}

// Spans are bounded in length, so that a text full of half-open marks costs linear time.
const INLINE = new RegExp(
  [
    /(`{1,3})(?!`)(.{1,1000}?)(?<!`)\1(?!`)/,
    /\*\*(?=\S)(.{0,1000}?\S)\*\*(?!\*)/,
    /(?<!\w)[*_](?=[^\s*_])(.{0,1000}?[^\s*_])[*_](?![\w*_])/,
    /\[([^\]\n]{1,300})\]\(([^\s()<>]{1,2000})\)/,
    /(https?:\/\/[^\s<>()"'`]{1,2000}[^\s<>()"'`.,;:!?*_])/,
  ]
    .map((part) => part.source)
    .join("|"),
  "gs",
);

/** Inline parts: strings, `{t:"code", text}`, `{t:"b"|"i", c}`, `{t:"a", href, c}`. Links: http(s) and mailto only. */
export function inline(text, depth = 0) {
  if (depth > 4) return [text];
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    const part = inlinePart(match, depth);
    if (!part) continue;
    if (match.index > from) parts.push(text.slice(from, match.index));
    parts.push(part);
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

function inlinePart([, , codeText, bold, italic, label, href, url], depth) {
  if (codeText !== undefined) return { t: "code", text: codeText.replace(/^ (.*[^ ].*) $/s, "$1") };
  if (bold !== undefined) return { t: "b", c: inline(bold, depth + 1) };
  if (italic !== undefined) return { t: "i", c: inline(italic, depth + 1) };
  if (url !== undefined) return { t: "a", href: url, c: [url] };
  return /^(https?:\/\/|mailto:)/i.test(href) ? { t: "a", href, c: [label] } : null;
}
