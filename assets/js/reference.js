// The API's reference: search narrows the contents, and the contents follow what is read.
"use strict";

const contents = document.querySelector("[data-reference-contents]");
const menu = document.querySelector("[data-reference-menu]");
const search = document.querySelector("[data-reference-search]");
const nothing = document.querySelector("[data-reference-nothing]");
const entries = [...contents.querySelectorAll("[data-reference-entry]")];
const groups = [...contents.querySelectorAll("[data-reference-group]")];
const narrow = matchMedia("(width < 64rem)");

// On a small screen the contents stand above the text, so they open only when they are asked for.
const fold = () => (menu.open = !narrow.matches || search.value !== "");
narrow.addEventListener("change", fold);
fold();

function find() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const entry of entries) entry.hidden = !words.every((word) => entry.dataset.referenceEntry.includes(word));
  for (const group of groups) group.hidden = !group.querySelector("[data-reference-entry]:not([hidden])");
  contents.querySelector(".ref-start").hidden = words.length > 0;
  nothing.hidden = groups.some((group) => !group.hidden);
  fold();
  if (narrow.matches && words.length) scrollTo(0, 0); // where the contents stand
}

search.addEventListener("input", find);
search.addEventListener("keydown", (event) => {
  if (event.key === "Enter") contents.querySelector("[data-reference-entry]:not([hidden]) a")?.click();
  if (event.key === "Escape") {
    search.value = "";
    find();
    search.blur();
  }
});
contents.addEventListener("click", (event) => {
  if (narrow.matches && event.target.closest("a")) menu.open = false;
});

// ---- the entry of what stands at the top of the window ----
const links = new Map([...contents.querySelectorAll("li a")].map((link) => [link.hash.slice(1), link]));
let current = null;

function mark(id) {
  const link = links.get(id);
  if (!link || link === current) return;
  current?.removeAttribute("aria-current");
  link.setAttribute("aria-current", "location");
  current = link;
  if (!narrow.matches) {
    const room = contents.getBoundingClientRect();
    const place = link.getBoundingClientRect();
    if (place.top < room.top || place.bottom > room.bottom) contents.scrollTop += place.top - room.top - room.height / 3;
  }
}

const watch = new IntersectionObserver(
  (seen) => seen.filter((one) => one.isIntersecting).forEach((one) => mark(one.target.id)),
  { rootMargin: "-15% 0px -75% 0px" },
);
for (const id of links.keys()) {
  const place = document.getElementById(id);
  if (place) watch.observe(place);
}
