// Makes assets/build/ from our sources and the pinned packages: one style sheet, the scripts, the web font and the icon
// sprite. Nothing is wiped, because the fonts of the PDF live in the same folder.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const assets = join(root, "assets");
const build = join(assets, "build");
const packages = join(root, "node_modules");

const FONT_FILES = join("@fontsource-variable", "inter", "files");
const COPIES = {
  [join("htmx.org", "dist", "htmx.min.js")]: "vendor/htmx.min.js",
  [join("@alpinejs", "csp", "dist", "cdn.min.js")]: "vendor/alpine.min.js",
  [join(FONT_FILES, "inter-latin-wght-normal.woff2")]: "fonts/inter-latin.woff2",
  [join(FONT_FILES, "inter-latin-ext-wght-normal.woff2")]: "fonts/inter-latin-ext.woff2",
};

function copyScripts() {
  const target = join(build, "js");
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
  for (const name of readdirSync(join(assets, "js"))) copyFileSync(join(assets, "js", name), join(target, name));
}

function makeSprite() {
  const names = readFileSync(join(assets, "icons.txt"), "utf8").split("\n").filter(Boolean);
  const symbols = names.map((name) => {
    const source = readFileSync(join(packages, "lucide-static", "icons", `${name}.svg`), "utf8");
    const shapes = source.slice(source.indexOf(">", source.indexOf("<svg")) + 1, source.lastIndexOf("</svg>"));
    return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/\s*\n\s*/g, "")}</symbol>`;
  });
  writeFileSync(join(build, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

for (const folder of ["vendor", "fonts"]) mkdirSync(join(build, folder), { recursive: true });
for (const [from, to] of Object.entries(COPIES)) copyFileSync(join(packages, from), join(build, to));
copyFileSync(join(assets, "mark.svg"), join(build, "mark.svg"));
copyScripts();
makeSprite();
execFileSync(
  process.execPath,
  [
    join(packages, "@tailwindcss", "cli", "dist", "index.mjs"),
    "--input", join(assets, "app.css"),
    "--output", join(build, "app.css"),
    "--minify",
  ],
  { cwd: root, stdio: ["ignore", "inherit", "pipe"] },
);
