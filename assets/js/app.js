// What every page shares: confirmation, toasts, theme, copying, keys, unsaved work. Behaviour hangs on data attributes,
// because the content security policy allows no inline handler.
"use strict";

const body = document.body;

// ---- toasts ----
const LIFETIME = 6000;

function expire(toast) {
  if (toast.getAttribute("role") === "status") setTimeout(() => toast.remove(), LIFETIME);
}

function showToast(text, tone = "info") {
  const toast = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  toast.classList.replace("toast-info", `toast-${tone}`);
  toast.setAttribute("role", tone === "error" ? "alert" : "status");
  toast.querySelector("p").textContent = text;
  document.getElementById("toasts").append(toast);
  expire(toast);
}

document.querySelectorAll(".toast").forEach(expire);
body.addEventListener("toast", (event) => showToast(event.detail.text, event.detail.tone)); // HX-Trigger: {"toast": {…}}
body.addEventListener("htmx:responseError", () => showToast(body.dataset.failed, "error"));
body.addEventListener("htmx:sendError", () => showToast(body.dataset.failed, "error"));

// ---- confirmation of what cannot be undone ----
function ask(data) {
  const dialog = document.getElementById("confirm");
  const yes = dialog.querySelector("[data-confirm-yes]");
  dialog.querySelector("h2").textContent = data.confirmTitle || dialog.dataset.title;
  dialog.querySelector("[data-confirm-text]").textContent = data.confirm;
  yes.textContent = data.confirmButton || dialog.dataset.button;
  yes.className = `btn btn-${data.confirmTone === "create" ? "create" : "danger"}`;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    const source = event.submitter?.dataset.confirm ? event.submitter : form;
    if (!source.dataset.confirm || form.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!(await ask(source.dataset))) return;
    form.dataset.confirmed = "yes";
    form.requestSubmit(event.submitter);
    delete form.dataset.confirmed;
  },
  true,
);

// ---- a page in a dialog: of the page that the link leads to, what stands in [data-sheet] ----
// The form in it is sent like that of the page itself; without JavaScript the link simply leads there.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-dialog]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const sheet = document.getElementById("sheet");
  const content = sheet.querySelector(".dialog-body");
  content.replaceChildren();
  await window.htmx.ajax("GET", link.href, { target: content, select: "[data-sheet]" });
  if (!content.childElementCount) {
    window.location.assign(link.href);
    return;
  }
  sheet.querySelector("h2").textContent = link.dataset.dialog || link.textContent.trim();
  sheet.showModal();
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("#sheet [data-close]")) return;
  event.preventDefault();
  document.getElementById("sheet").close();
});

// ---- unsaved work, and forms sent twice ----
const REST = 4000; // a page that answers with a file stays, so its button must come back

const changed = new Set();

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) changed.add(form);
});
document.addEventListener("submit", (event) => {
  changed.delete(event.target);
  const button = event.submitter;
  if (event.defaultPrevented || event.target.method !== "post" || !button) return;
  setTimeout(() => button.setAttribute("aria-disabled", "true"));
  setTimeout(() => button.removeAttribute("aria-disabled"), REST);
});
document.addEventListener("click", (event) => {
  if (event.target.closest('[aria-disabled="true"]')) event.preventDefault();
});
window.addEventListener("beforeunload", (event) => {
  if ([...changed].some((form) => form.isConnected)) event.preventDefault();
});
body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) changed.delete(event.detail.elt);
});
body.addEventListener("kept", (event) => changed.delete(event.target)); // a form saved itself

// ---- theme ----
function showTheme() {
  document.querySelectorAll("[data-theme-choice]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === document.documentElement.dataset.theme));
  });
}

// At once in this browser; the server keeps it for who is signed in.
async function chooseTheme(button) {
  const theme = button.dataset.themeChoice;
  localStorage.setItem("theme", theme);
  document.documentElement.dataset.theme = theme;
  showTheme();
  if (!button.form) return;
  const request = { method: "POST", body: new FormData(button.form, button), redirect: "manual", keepalive: true };
  const answer = await fetch(button.form.action, request).catch(() => null);
  if (answer?.type !== "opaqueredirect" && body.dataset.failed) showToast(body.dataset.failed, "error");
}

showTheme();

// ---- tabs: the one that is shown is in sight, also where they do not all fit ----
document.querySelectorAll(".tabs [aria-current]").forEach((tab) => {
  tab.parentElement.scrollLeft = tab.offsetLeft + tab.offsetWidth - tab.parentElement.clientWidth;
});

// ---- clicks on data attributes ----
document.addEventListener("click", async (event) => {
  const target = event.target.closest("[data-close-toast], [data-theme-choice], [data-copy], [data-print], tr[data-href]");
  if (!target) return;
  if ("closeToast" in target.dataset) target.closest(".toast").remove();
  else if (target.dataset.themeChoice) {
    event.preventDefault();
    chooseTheme(target);
  }
  else if (target.dataset.copy) {
    event.preventDefault();
    await navigator.clipboard.writeText(target.dataset.copy);
    showToast(body.dataset.copied, "success");
  } else if ("print" in target.dataset) window.print();
  else if (!event.target.closest("a, button, input, label, select") && !String(getSelection())) {
    window.location.assign(target.dataset.href);
  }
});

// A menu has done its work once something in it was chosen, also where the page stays, as with a download.
document.addEventListener("click", (event) => event.target.closest(".menu .menu-item")?.closest(".menu").hidePopover());

// ---- keys: an element with data-key="n" is focused (a field) or pressed (anything else) ----
// Whoever dictates or types with one key at a time can switch them off (WCAG 2.1.4), in the list of keys.
window.keysHeard = (event) =>
  !(event.ctrlKey || event.metaKey || event.altKey) &&
  localStorage.getItem("keys") !== "off" &&
  !event.target.closest("input:not([type=checkbox]), textarea, select, dialog, [contenteditable]");

document.querySelectorAll("[data-keys-on]").forEach((box) => {
  box.checked = localStorage.getItem("keys") !== "off";
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem("keys");
    else localStorage.setItem("keys", "off");
  });
});
document.addEventListener("keydown", (event) => {
  if (!window.keysHeard(event)) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.matches("input")) target.focus();
  else target.click();
});

// ---- local state ----
document.addEventListener("alpine:init", () => {
  window.Alpine.data("secret", () => ({
    shown: false,
    toggle() {
      this.shown = !this.shown;
      this.$root.querySelector("input").type = this.shown ? "text" : "password";
    },
  }));
});
