// Runs before the first paint, so that a chosen theme never flashes the other one. Who is signed in brings their own from
// the server, and it stays for the pages before the next sign-in; a visitor's choice is this browser's alone.
(() => {
  const { dataset } = document.documentElement;
  if (dataset.theme) localStorage.setItem("theme", dataset.theme);
  else dataset.theme = localStorage.getItem("theme") || "auto";
})();
