/** A piece of a line. */
export type Inline =
  | string
  | { readonly t: "code"; readonly text: string }
  | { readonly t: "b" | "i"; readonly c: readonly Inline[] }
  | { readonly t: "a"; readonly href: string; readonly c: readonly Inline[] };

/** A block of a text. */
export type Block =
  | { readonly t: "p" | "quote"; readonly c: readonly Inline[] }
  | { readonly t: "h"; readonly level: number; readonly c: readonly Inline[] }
  | { readonly t: "code"; readonly lang: string; readonly text: string }
  | { readonly t: "ul"; readonly items: readonly (readonly Inline[])[] }
  | { readonly t: "ol"; readonly items: readonly (readonly Inline[])[]; readonly start: number }
  | { readonly t: "hr" };

const RULE = /^ {0,3}([-*_])( *\1){2,} *$/;

/** The blocks of a text, also of one that is still being written: a small, safe part of Markdown. */
export function parse(text: string): Block[] {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? "";
    const fence = /^ {0,3}(`{3,}|~{3,})\s*([\w+#.-]*)[^`]*$/.exec(line);
    const heading = /^(#{1,6})\s+(.+)$/.exec(line);
    if (line.trim() === "") {
      at += 1;
    } else if (fence) {
      at = code(lines, at + 1, fence, blocks);
    } else if (heading) {
      blocks.push({ t: "h", level: heading[1]?.length ?? 1, c: inline((heading[2] ?? "").replace(/\s+#+\s*$/, "")) });
      at += 1;
    } else if (RULE.test(line)) {
      blocks.push({ t: "hr" });
      at += 1;
    } else if (/^>/.test(line)) {
      const rows: string[] = [];
      for (; /^>/.test(lines[at] ?? ""); at += 1) rows.push((lines[at] ?? "").replace(/^> ?/, ""));
      blocks.push({ t: "quote", c: inline(rows.join("\n")) });
    } else if (item(line)) {
      at = list(lines, at, blocks);
    } else {
      const rows = [line];
      for (at += 1; (lines[at] ?? "").trim() !== "" && !startsBlock(lines[at] ?? ""); at += 1)
        rows.push(lines[at] ?? "");
      blocks.push({ t: "p", c: inline(rows.join("\n")) });
    }
  }
  return blocks;
}

function startsBlock(line: string): boolean {
  return (
    /^ {0,3}(`{3,}|~{3,})/.test(line) ||
    /^#{1,6}\s/.test(line) ||
    /^>/.test(line) ||
    RULE.test(line) ||
    item(line) !== null
  );
}

function code(lines: string[], from: number, [, fence = "", lang = ""]: RegExpExecArray, blocks: Block[]): number {
  const rows: string[] = [];
  let at = from;
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (line.trim().startsWith(fence) && /^[`~]+$/.test(line.trim())) break;
    rows.push(line);
  }
  blocks.push({ t: "code", lang, text: rows.join("\n") });
  return at + 1;
}

function item(line: string): { t: "ul" | "ol"; start: number; text: string } | null {
  const match = /^ {0,3}(?:([-*+])|(\d{1,9})[.)])\s+(\S.*)$/.exec(line);
  return match && { t: match[1] ? "ul" : "ol", start: Number(match[2] ?? 1), text: match[3] ?? "" };
}

function list(lines: string[], from: number, blocks: Block[]): number {
  const first = item(lines[from] ?? "");
  const found: string[][] = [];
  let at = from;
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const next = item(line);
    if (next && next.t === first?.t) found.push([next.text]);
    else if (!next && /^\s+\S/.test(line)) found.at(-1)?.push(line.trim());
    else break;
  }
  const items = found.map((rows) => inline(rows.join("\n")));
  blocks.push(first?.t === "ol" ? { t: "ol", items, start: first.start } : { t: "ul", items });
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

/** The pieces of a line. Links: http(s) and mailto only. */
export function inline(text: string, depth = 0): Inline[] {
  if (depth > 4) return [text];
  const parts: Inline[] = [];
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

function inlinePart([, , codeText, bold, italic, label, href, url]: RegExpExecArray, depth: number): Inline | null {
  if (codeText !== undefined) return { t: "code", text: codeText.replace(/^ (.*[^ ].*) $/s, "$1") };
  if (bold !== undefined) return { t: "b", c: inline(bold, depth + 1) };
  if (italic !== undefined) return { t: "i", c: inline(italic, depth + 1) };
  if (url !== undefined) return { t: "a", href: url, c: [url] };
  return href !== undefined && /^(https?:\/\/|mailto:)/i.test(href) ? { t: "a", href, c: [label ?? href] } : null;
}
