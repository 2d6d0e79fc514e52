// Writes web/static/icons.svg, one sprite of the few Lucide icons (ISC licence) that the pages use.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const icons = join(here, "..", "..", "node_modules", "lucide-static", "icons");
const used = [
  "activity", "alarm-clock", "arrow-down", "arrow-left", "arrow-right", "arrow-up", "bell", "book-open",
  "calendar", "calendar-x", "check", "chevron-down", "chevron-right", "circle-alert", "circle-check", "circle-dot",
  "circle-help", "circle-user", "clipboard-list", "clock", "external-link", "eye-off", "flag", "git-branch",
  "graduation-cap", "hand", "history", "inbox", "info", "keyboard", "list-checks", "log-in", "log-out", "mail",
  "menu", "message-square", "minus", "moon", "octagon-alert", "pause", "pencil", "refresh-cw", "rotate-ccw", "search", "send",
  "settings", "shield-check", "star", "sun", "timer", "trending-down", "trending-up", "triangle-alert",
  "user", "user-check", "user-minus", "user-plus", "users", "workflow", "x",
];
const symbol = (name) => {
  const svg = readFileSync(join(icons, `${name}.svg`), "utf8");
  const body = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(svg)[1].replace(/\s+/g, " ").trim();
  return `<symbol id="${name}" viewBox="0 0 24 24">${body}</symbol>`;
};
const sprite = `<!-- Lucide icons 1.62.0, ISC licence, lucide.dev -->\n<svg xmlns="http://www.w3.org/2000/svg">\n${used.map(symbol).join("\n")}\n</svg>\n`;
writeFileSync(join(here, "..", "static", "icons.svg"), sprite);
console.log(`web/static/icons.svg ${used.length} icons ${(sprite.length / 1024).toFixed(1)} KB`);
