// Rows of a list: ticked one by one, by page or all that match, and walked through with j and k. The list may be
// replaced by htmx at any time, so everything is found anew when it is needed.
"use strict";

const list = () => document.querySelector("form[data-rows]");
const ticks = () => [...list().querySelectorAll("tbody input[name=id]")];

function show() {
  const form = list();
  if (!form) return;
  const everything = form.querySelector("[data-rows-all]").checked;
  const chosen = ticks().filter((tick) => tick.checked);
  const whole = form.querySelector("[data-rows-page]");
  const count = form.querySelector("[data-rows-count]");
  for (const tick of ticks()) {
    tick.disabled = everything;
    tick.closest("tr").classList.toggle("is-selected", everything || tick.checked);
  }
  whole.closest("label").hidden = everything;
  whole.checked = chosen.length === ticks().length;
  whole.indeterminate = chosen.length > 0 && !whole.checked;
  form.querySelector(".bulk-bar").classList.add("is-counted");
  form.querySelector("[data-rows-actions]").hidden = !everything && !chosen.length;
  const { none, some, all } = count.dataset;
  if (everything) count.textContent = all;
  else count.textContent = chosen.length ? some.replace("N", chosen.length) : none;
}

document.addEventListener("change", (event) => {
  if (!event.target.closest("form[data-rows]")) return;
  if ("rowsPage" in event.target.dataset) ticks().forEach((tick) => (tick.checked = event.target.checked));
  show();
});
document.body.addEventListener("htmx:afterSettle", show);
window.addEventListener("pageshow", show); // the browser ticks again what was ticked when one comes back

// The link of a row takes the focus, so that Enter opens it and a screen reader reads it.
function walk(step) {
  const links = [...list().querySelectorAll("tbody a.cell-main")];
  const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(here + step, 0), links.length - 1);
  links[next]?.focus();
  links[next]?.scrollIntoView({ block: "nearest" });
}

function tick() {
  document.activeElement.closest("form[data-rows] tbody tr")?.querySelector("input[name=id]")?.click();
}

const KEYS = { j: () => walk(1), k: () => walk(-1), x: tick };

document.addEventListener("keydown", (event) => {
  if (!list() || !KEYS[event.key] || !window.keysHeard(event)) return;
  event.preventDefault();
  KEYS[event.key]();
});
