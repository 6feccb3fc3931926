// The editor of a draft: lines that come, go and move, and fields that offer customers and products while one types.
// Amounts are never computed here: an `input` event on the form asks the server for them.
const editor = document.querySelector("[data-editor]");
const lines = editor.querySelector("[data-lines]");
const field = (name) => editor.elements[name];

function changed() {
  lines.querySelectorAll('[name$="-position"]').forEach((input, index) => (input.value = index));
  editor.dispatchEvent(new Event("input", { bubbles: true }));
}

// ---- lines ----
function addLine(role) {
  const total = field("lines-TOTAL_FORMS");
  const row = document.getElementById(`blank-${role}`).content.querySelector("tr").cloneNode(true);
  row.innerHTML = row.innerHTML.replaceAll("__prefix__", total.value);
  total.value = Number(total.value) + 1;
  lines.append(row);
  changed();
  row.querySelector("textarea").focus();
}

function move(row, direction) {
  const other = direction === "up" ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  other[direction === "up" ? "before" : "after"](row);
  changed();
  row.querySelector(`[data-move="${direction}"]`).focus();
}

function remove(row) {
  const next = row.nextElementSibling || row.previousElementSibling;
  row.remove();
  changed();
  (next?.querySelector("textarea") || editor.querySelector("[data-add]"))?.focus();
}

editor.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add], [data-move], [data-remove], [data-free]");
  if (!button) return;
  event.preventDefault();
  const row = button.closest("[data-line]");
  if (button.dataset.add) addLine(button.dataset.add);
  else if (button.dataset.move) move(row, button.dataset.move);
  else if ("remove" in button.dataset) remove(row);
  else {
    row.querySelector('[name$="-product"]').value = "";
    button.closest("[data-product]").hidden = true;
    changed();
  }
});

// Dragging by the grip, with mouse, pen or finger; the buttons do the same from the keyboard. The line moves when it is
// dropped, since a line that moved meanwhile would lose the pointer.
const EDGE = 80; // pixels from the window's edge where the page scrolls along

lines.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-grip]");
  if (!grip || event.button) return;
  event.preventDefault();
  const row = grip.closest("[data-line]");
  let place = null; // [the line it would stand beside, "before" or "after"]

  function unmark() {
    place?.[0].classList.remove("is-before", "is-after");
    place = null;
  }

  function follow({ clientX, clientY }) {
    if (clientY < EDGE) scrollBy(0, -EDGE / 4);
    else if (clientY > innerHeight - EDGE) scrollBy(0, EDGE / 4);
    unmark();
    const over = document.elementFromPoint(clientX, clientY)?.closest("[data-line]");
    if (!over || over === row) return;
    const { top, height } = over.getBoundingClientRect();
    place = [over, clientY < top + height / 2 ? "before" : "after"];
    over.classList.add(`is-${place[1]}`);
  }

  function end({ type }) {
    grip.removeEventListener("pointermove", follow);
    grip.removeEventListener("pointerup", end);
    grip.removeEventListener("pointercancel", end);
    row.classList.remove("is-dragged");
    const chosen = type === "pointerup" ? place : null;
    unmark();
    if (!chosen) return;
    chosen[0][chosen[1]](row);
    changed();
  }

  grip.setPointerCapture(event.pointerId);
  row.classList.add("is-dragged");
  grip.addEventListener("pointermove", follow);
  grip.addEventListener("pointerup", end);
  grip.addEventListener("pointercancel", end);
});

lines.addEventListener("focusin", (event) => event.target.closest("[data-line]").classList.add("is-open"));

// Enter in a number goes to the next line, and makes one after the last.
lines.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("input")) return;
  event.preventDefault();
  const next = event.target.closest("[data-line]").nextElementSibling;
  if (next) next.querySelector("textarea").focus();
  else if (editor.querySelector("[data-add]")) addLine("item");
});

// ---- what a VAT regime shows, and where the work is done ----
function setRegime(regime) {
  set("vat_regime", regime);
  if (!field("vat_regime").disabled) editor.dataset.regime = regime;
}

field("vat_regime")?.addEventListener("change", (event) => (editor.dataset.regime = event.target.value));

const sites = field("site-choice");
sites?.addEventListener("change", () => {
  const { regime } = sites.selectedOptions[0].dataset;
  if (regime) setRegime(regime);
});

// Another customer has other addresses; one that was typed stays.
async function offerSites(customerId) {
  if (!sites) return;
  const isTyped = sites.value === "typed";
  sites.value = isTyped ? "typed" : "";
  const answer = await fetch(`${editor.querySelector("[data-sites]").dataset.sites}?party=${customerId}`);
  if (!answer.ok) return;
  sites.innerHTML = await answer.text();
  sites.value = isTyped ? "typed" : "";
}

// ---- closing texts ----
// Those of the document's language are offered; the first stands there until somebody touches it, in any language.
const texts = [...editor.querySelectorAll("[data-text]")];
const terms = field("terms");
const offered = (language) => texts.filter((text) => text.dataset.language === language);
const firstText = (language) => offered(language)[0]?.dataset.text || "";
let language = field("language").value;

function followLanguage() {
  const old = language;
  language = field("language").value;
  texts.forEach((text) => (text.hidden = text.dataset.language !== language));
  if (terms.value.trim() === firstText(old)) terms.value = firstText(language);
}

field("language").addEventListener("change", followLanguage);

editor.addEventListener("click", (event) => {
  const button = event.target.closest("[data-text]");
  if (!button) return;
  event.preventDefault();
  terms.value = button.dataset.text;
  terms.focus();
  changed();
});

// ---- choosing while typing ----
const parts = (picker) => ({
  id: picker.querySelector('input[type="hidden"]'),
  text: picker.querySelector('textarea, input:not([type="hidden"])'),
  list: picker.querySelector("ul"),
});

// The description of a line is a text of several lines, which knows no "expanded".
function expand(text, isOpen) {
  if (text.getAttribute("role") === "combobox") text.setAttribute("aria-expanded", String(isOpen));
}

function close(picker) {
  const { text, list } = parts(picker);
  list.hidden = true;
  expand(text, false);
  text.removeAttribute("aria-activedescendant");
}

function mark(picker, option) {
  const { text, list } = parts(picker);
  list.querySelectorAll('[aria-selected="true"]').forEach((other) => other.removeAttribute("aria-selected"));
  if (!option) return;
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  text.setAttribute("aria-activedescendant", option.id);
}

function set(name, value) {
  const input = field(name);
  if (input && !input.disabled) input.value = value;
}

function choose(picker, option) {
  const { id, text } = parts(picker);
  const data = option.dataset;
  if ("new" in data) return askForCustomer(data.new);
  id.value = data.id;
  text.value = data.text;
  close(picker);
  if (picker.dataset.picker === "customer") {
    picker.dataset.chosen = data.text;
    set("language", data.language);
    followLanguage();
    set("payment_term_days", data.term);
    setRegime(data.regime);
    offerSites(data.id);
  } else {
    const row = picker.closest("[data-line]");
    const prefix = id.name.slice(0, -"product".length);
    set(`${prefix}unit`, data.unit);
    set(`${prefix}unit_price`, field("prices_include_vat").value === "yes" ? data.gross : data.net);
    set(`${prefix}own_rate`, data.rate);
    const badge = row.querySelector("[data-product]");
    badge.hidden = false;
    badge.querySelector("span").textContent = data.number;
    row.querySelector('[name$="-quantity"]').select();
  }
  changed();
}

let waiting;
let asked = 0;

async function offer(picker) {
  const { text, list } = parts(picker);
  const turn = ++asked;
  const query = text.value.trim();
  if (query.length < (picker.dataset.picker === "customer" ? 1 : 2)) return close(picker);
  const answer = await fetch(`${picker.dataset.url}?q=${encodeURIComponent(query)}`, { headers: { "HX-Request": "true" } });
  if (!answer.ok || turn !== asked || document.activeElement !== text) return;
  list.innerHTML = await answer.text();
  list.hidden = !list.childElementCount;
  expand(text, !list.hidden);
}

editor.addEventListener("input", (event) => {
  const picker = event.target.closest("[data-picker]");
  if (!picker || event.target !== parts(picker).text) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => offer(picker), 150);
});

editor.addEventListener("keydown", (event) => {
  const picker = event.target.closest("[data-picker]");
  if (!picker || event.target !== parts(picker).text) return;
  const { list } = parts(picker);
  const options = list.hidden ? [] : [...list.querySelectorAll('[role="option"]')];
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "Escape" && !list.hidden) close(picker);
  else if (event.key === "ArrowDown" && options.length) mark(picker, options[(at + 1) % options.length]);
  else if (event.key === "ArrowUp" && options.length) mark(picker, options.at(at < 1 ? -1 : at - 1));
  else if (event.key === "Enter" && at >= 0) choose(picker, options[at]);
  else if (event.key !== "Enter" || picker.dataset.picker !== "customer") return;
  event.preventDefault();
});

editor.addEventListener("pointerdown", (event) => {
  const option = event.target.closest('[role="option"]');
  if (!option) return;
  event.preventDefault();
  choose(option.closest("[data-picker]"), option);
});

// Leaving the customer's field: an empty one takes the customer away, anything else that was not chosen is put back.
editor.addEventListener("focusout", (event) => {
  const picker = event.target.closest("[data-picker]");
  if (!picker) return;
  close(picker);
  if (picker.dataset.picker !== "customer") return;
  const { id, text } = parts(picker);
  if (text.value.trim()) text.value = picker.dataset.chosen;
  else if (id.value) {
    id.value = picker.dataset.chosen = "";
    offerSites("");
    changed();
  }
});

const customer = editor.querySelector('[data-picker="customer"]');
if (customer) customer.dataset.chosen = parts(customer).text.value;

// ---- a customer who is not there yet ----
// The form comes from the server into a dialog, and what it answers is the option that is then chosen.
const dialog = document.getElementById("new-customer");

async function askForCustomer(name) {
  close(customer);
  const place = dialog.querySelector("[data-new-form]");
  await htmx.ajax("GET", `${place.dataset.newForm}?name=${encodeURIComponent(name)}`, place);
  dialog.showModal();
  place.querySelector("input[name=name]").focus();
}

editor.querySelector("[data-new-customer]")?.addEventListener("click", () => {
  const { id, text } = parts(customer);
  askForCustomer(id.value ? "" : text.value.trim());
});

dialog?.addEventListener("customer-made", () => {
  choose(customer, parts(customer).list.querySelector('[role="option"]'));
  dialog.close();
  parts(customer).text.focus();
});

// ---- kept while typing ----
// A draft is saved a moment after the last change. What cannot be saved (a field is wrong, nobody answers) stays
// guarded: leaving the page then asks first.
const PAUSE = 1500;
const RETRY = 5000;
const MOST_KEPT_ALIVE = 60_000; // bytes that a browser still sends for a page that is closing
const savedMark = editor.querySelector("[data-saved]");
const dispute = editor.querySelector("[data-dispute]");
let timer;
let saving = null;
let isStopped = !dispute.hidden;
let lastSaved = "";

// What was written, without what saving itself changes.
function written() {
  const data = new FormData(editor);
  ["csrfmiddlewaretoken", "version", "draft"].forEach((name) => data.delete(name));
  [...data.keys()].filter((name) => /^lines-\d+-id$/.test(name)).forEach((name) => data.delete(name));
  return new URLSearchParams(data).toString();
}

let kept = "unsaved" in editor.dataset ? "" : written();

function show(state, text) {
  savedMark.dataset.state = state;
  savedMark.querySelector("[role=status]").textContent = text;
}

function schedule(pause = PAUSE) {
  clearTimeout(timer);
  if (!isStopped) timer = setTimeout(save, pause);
}

function settle(answer, sent) {
  if (answer.state === "blank") return show("", "");
  show(answer.state, answer.text);
  if (answer.state === "stale") {
    isStopped = true;
    dispute.innerHTML = answer.html;
    dispute.hidden = false;
    dispute.firstElementChild.focus();
  }
  if (answer.state !== "saved") return;
  kept = sent;
  lastSaved = answer.text;
  set("version", answer.version);
  for (const [prefix, id] of Object.entries(answer.lines)) set(`${prefix}-id`, id);
  if (editor.dataset.autosave !== answer.autosave_url) {
    editor.dataset.autosave = answer.autosave_url;
    editor.action = answer.edit_url;
    history.replaceState(null, "", answer.edit_url);
  }
  if (written() === kept) editor.dispatchEvent(new Event("kept", { bubbles: true }));
  else show("changed", ""); // something was typed meanwhile, and is saved next
  editor.dispatchEvent(new CustomEvent("saved", { detail: answer }));
}

async function send() {
  const sent = written();
  const body = new URLSearchParams(new FormData(editor));
  show("saving", savedMark.dataset.saving);
  try {
    const keepalive = body.toString().length < MOST_KEPT_ALIVE;
    const answer = await fetch(editor.dataset.autosave, { method: "POST", body, keepalive });
    if (!answer.ok) throw new Error(answer.status);
    settle(await answer.json(), sent);
  } catch {
    show("offline", savedMark.dataset.offline);
    schedule(RETRY);
  }
}

async function save() {
  clearTimeout(timer);
  if (saving || isStopped) return;
  const before = written();
  if (before === kept) {
    show(lastSaved ? "saved" : "", lastSaved);
    return editor.dispatchEvent(new Event("kept", { bubbles: true }));
  }
  saving = send();
  await saving;
  saving = null;
  if (written() !== before) schedule();
}

editor.addEventListener("input", () => {
  if (isStopped) return;
  show("changed", "");
  schedule();
});
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save());

// Saving by hand waits for a save that is under way, since that one changes the version.
editor.addEventListener("submit", async (event) => {
  clearTimeout(timer);
  isStopped = true;
  if (!saving) return;
  event.preventDefault();
  const { submitter } = event;
  await saving;
  if (savedMark.dataset.state === "stale") return;
  editor.requestSubmit(submitter);
});

// A page that came back with an error holds what is saved nowhere.
if (!kept) editor.dispatchEvent(new Event("input", { bubbles: true }));

// What was typed before this script came counts too; htmx listens from this event on.
document.addEventListener("DOMContentLoaded", () => {
  if ([...editor.elements].every(({ value, defaultValue }) => defaultValue === undefined || value === defaultValue)) return;
  kept = "";
  editor.dispatchEvent(new Event("input", { bubbles: true }));
});

dispute.addEventListener("click", (event) => {
  if (event.target.closest("[data-drop]")) editor.dispatchEvent(new Event("kept", { bubbles: true }));
});
