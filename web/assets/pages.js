// What the pages do beyond htmx. Everything works without it; nothing here decides anything.

const page = document.documentElement;
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// The menu on narrow screens.
const menuButton = document.querySelector(".menu-button");
const menu = document.getElementById("nav");
menuButton?.addEventListener("click", () => {
  const open = menu.toggleAttribute("data-open");
  menuButton.setAttribute("aria-expanded", String(open));
});

// After a refused form the summary of mistakes takes the focus, so that it is read first.
const focusSummary = () => document.querySelector("[data-focus]")?.focus();
focusSummary();

// Shortcuts are the keys of real buttons and links; a person can switch them off (WCAG 2.1.4).
// Ctrl+Enter sends the form one is typing in, and stays.
if (page.dataset.shortcuts !== "off") {
  const armed = new WeakSet();
  const arm = () => all("[data-hotkey]").forEach((control) => {
    if (!armed.has(control)) { armed.add(control); hotkey.install(control); }
  });
  arm();
  document.addEventListener("htmx:after:swap", arm);
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.closest?.("form")?.requestSubmit();
});

// j and k walk a list by moving the focus between its links; Enter is the link's own, c its claim button, e that
// of an alert. Without a chosen line they press nothing: they choose the first line, and say so.
const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
const step = (list, by) => {
  const links = all("[data-item]", list);
  const now = links.findIndex((link) => link.closest("li").contains(document.activeElement));
  links[Math.min(Math.max(now + by, 0), links.length - 1)]?.focus();
};
const tell = (words) => { const place = document.getElementById("key-words"); if (place) place.textContent = words; };
const press = (list, button, words) => {
  const line = document.activeElement.closest("[data-list] li");
  const found = line?.querySelector(button);
  if (found) found.click();
  else if (line) tell(words.cannot);
  else if (list.querySelector("[data-item]")) { step(list, 1); tell(words.again); }
  else tell(words.none);
};
const CLAIM = {
  cannot: "This task cannot be claimed here: somebody has it, or it is done.",
  again: "No line was chosen. The first one is now: press c again to claim it, or j for the next.",
  none: "There is no task to claim.",
};
const ACKNOWLEDGE = {
  cannot: "This alert cannot be acknowledged here: somebody has, or it is over.",
  again: "No line was chosen. The first one is now: press e again to acknowledge it, or j for the next.",
  none: "There is no alert to acknowledge.",
};
document.addEventListener("keydown", (event) => {
  const list = document.querySelector("[data-list]");
  if (!list || page.dataset.shortcuts === "off" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "j") { tell(""); step(list, 1); }
  else if (event.key === "k") { tell(""); step(list, -1); }
  else if (event.key === "c" && !list.querySelector("[data-acknowledge]")) press(list, "[data-claim]", CLAIM);
  else if (event.key === "e" && list.querySelector("[data-acknowledge]")) press(list, "[data-acknowledge]", ACKNOWLEDGE);
});

// What is typed into a form with data-draft is kept on the server as one goes, and always before the page
// is refreshed or left, so that nothing typed is lost when somebody else was first.
const unkept = new Set();
const keepDrafts = () => Promise.allSettled([...unkept].map((form) => {
  unkept.delete(form);
  return fetch(form.dataset.draft, { method: "POST", body: new URLSearchParams(new FormData(form)), keepalive: true });
}));
let pause = null;
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (!form) return;
  unkept.add(form);
  clearTimeout(pause);
  pause = setTimeout(keepDrafts, 800);
});
document.addEventListener("submit", (event) => unkept.delete(event.target));
window.addEventListener("pagehide", keepDrafts);

// What is typed while a part is on its way here is kept before the part is replaced, and one more look shows it.
document.addEventListener("htmx:before:swap", () => {
  const parts = [...unkept].map((form) => form.closest("[data-watch]")?.id).filter(Boolean);
  if (parts.length === 0) return;
  keepDrafts().then(() => parts.forEach((id) => document.getElementById(id)?.dispatchEvent(new CustomEvent("changed"))));
});

// Fields that only some answers ask for come and go with the answer; the server reads the same ones.
const askOnlyWhatIsNeeded = (form) => {
  const chosen = form.querySelector("input[name=outcome]:checked")?.value ?? "";
  all("[data-when]", form).forEach((field) => {
    const [asked, needed] = [field.dataset.when, field.dataset.needed].map((ends) => ends.split(" ").includes(chosen));
    field.hidden = !asked;
    all(".optional", field).forEach((word) => { word.hidden = needed; });
  });
  form.dataset.asks = "needed";
};
const armForms = () => all("form").filter((form) => form.querySelector("[data-when]")).forEach(askOnlyWhatIsNeeded);
armForms();
document.addEventListener("htmx:after:swap", armForms);
document.addEventListener("change", (event) => {
  const form = event.target.closest("form");
  if (event.target.name === "outcome" && form.dataset.asks) askOnlyWhatIsNeeded(form);
});

// What time a typed time is for the tutor. Wall time to instant: the zone's distance from Greenwich then.
const distance = (zone, at) => {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone, hourCycle: "h23", dateStyle: "short", timeStyle: "medium" })
    .formatToParts(at).reduce((told, part) => ({ ...told, [part.type]: Number(part.value) }), {});
  return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second) - Math.floor(at / 1000) * 1000;
};
document.addEventListener("input", (event) => {
  const { form } = event.target;
  const aside = event.target.type === "datetime-local" && document.getElementById(`${event.target.id}-aside`);
  if (!aside || !form?.dataset.tutorZone) return;
  const wall = Date.parse(`${event.target.value}Z`);
  const own = form.dataset.ownZone;
  const at = wall - distance(own, wall - distance(own, wall));
  const told = new Intl.DateTimeFormat("en-GB", { timeZone: form.dataset.tutorZone, weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  aside.textContent = Number.isNaN(at) ? "" : `${told.format(at)} for the tutor`;
});

// The live socket says what has changed, never what it changed to: the parts that care fetch themselves.
// A part names what it shows in data-watch: "task" (any) or "task:<id>". At most one refresh
// a second. "missed" says that the socket was away and anything may have changed.
const dueParts = new Set();
let refreshing = null;
const refresh = async () => {
  const parts = [...dueParts].map((id) => document.getElementById(id)).filter(Boolean);
  dueParts.clear();
  refreshing = null;
  await keepDrafts();
  parts.forEach((part) => part.dispatchEvent(new CustomEvent("changed")));
};
const concerns = (watched, fact) =>
  fact.topic === "missed" || watched.split(" ").some((one) => one === fact.topic || (fact.ids ?? []).some((id) => one === `${fact.topic}:${id}`));
document.addEventListener("htmx:ws:after:message:incoming", (event) => {
  event.detail.message.json().then((fact) => {
    all("[data-watch]").filter((part) => concerns(part.dataset.watch, fact)).forEach((part) => dueParts.add(part.id));
    if (dueParts.size && !refreshing) refreshing = setTimeout(refresh, refresh.soon ? 1000 : 60);
    refresh.soon = true;
    setTimeout(() => { refresh.soon = false; }, 1000);
  }, () => {});
});
const liveState = document.getElementById("live-state");
const showLive = (on) => { if (liveState) liveState.dataset.live = on ? "on" : "off"; };
document.addEventListener("htmx:ws:after:connection", () => showLive(true));
document.addEventListener("htmx:ws:close", () => showLive(false));
