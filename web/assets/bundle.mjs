// One script for all pages: htmx, its socket extension, hotkey and ours, in this order.
// One file and not four: with two deferred files the extension now and then missed its start
// (bigskysoftware/htmx#3693). Plain joining needs no bundler and gives the same bytes everywhere.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const dist = join(here, "..", "static", "dist");
const packaged = (name) => readFileSync(join(root, "node_modules", name), "utf8");
const without = (text, ...patterns) => patterns.reduce((left, pattern) => left.replace(pattern, ""), text);

// hotkey ships as an ES module: its exports become one object inside a function of its own.
const hotkey = () => {
  const source = packaged("@github/hotkey/dist/index.js");
  const names = /export\s*\{([^}]*)\}/.exec(source)?.[1];
  if (!names) throw new Error("@github/hotkey changed its form: no export list found");
  return `const hotkey = (() => {\n${without(source, /export\s*\{[^}]*\};?/, /\/\/# sourceMappingURL.*/)}\nreturn {${names}};\n})();`;
};

const parts = [
  without(packaged("htmx.org/dist/htmx.min.js"), /\/\/# sourceMappingURL.*/),
  without(packaged("htmx.org/dist/ext/hx-ws.min.js"), /\/\/# sourceMappingURL.*/),
  "(() => {",
  hotkey(),
  readFileSync(join(here, "pages.js"), "utf8"),
  "})();",
];
const script = parts.join("\n;\n").replace("(() => {\n;\n", "(() => {\n");
const name = `app.${createHash("sha256").update(script).digest("hex").slice(0, 12)}.js`;

mkdirSync(dist, { recursive: true });
for (const old of readdirSync(dist)) rmSync(join(dist, old));
writeFileSync(join(dist, name), script);
writeFileSync(join(dist, "manifest.json"), JSON.stringify({ "app.js": name }) + "\n");
console.log(`web/static/dist/${name} ${(script.length / 1024).toFixed(1)} KB`);
