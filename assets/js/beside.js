// The sheet as it will be printed, beside the editor where there is room. It is made anew after each save; the old one
// stays until the new one is there, at the place to which somebody had scrolled.
const place = document.querySelector("[data-beside]");
const isWide = matchMedia("(width >= 105rem)");
let address = place.dataset.beside;
let isStale = true;

function draw() {
  if (!address || !isStale || !isWide.matches) return;
  isStale = false;
  const old = place.querySelector("iframe:last-of-type");
  const sheet = document.createElement("iframe");
  sheet.title = place.getAttribute("aria-label");
  sheet.tabIndex = -1;
  sheet.addEventListener("load", () => {
    if (old) sheet.contentWindow.scrollTo(0, old.contentWindow.scrollY);
    place.querySelectorAll("iframe, p").forEach((other) => other !== sheet && other.remove());
  });
  sheet.src = address;
  place.append(sheet);
}

document.querySelector("[data-editor]").addEventListener("saved", ({ detail }) => {
  address = detail.sheet_url;
  isStale = true;
  draw();
});
isWide.addEventListener("change", draw);
draw();
