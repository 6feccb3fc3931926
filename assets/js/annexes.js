// Annexes are dropped anywhere on the page or chosen in the field, and leave one by one with their progress. What is
// refused stays in sight with its reason; the list is the server's.
const form = document.querySelector("[data-uploads]");
const rows = form.querySelector("[data-leaving]");
const blank = document.getElementById("upload-row");
const waiting = [];
let isBusy = false;

form.classList.add("is-live");

function send(file, row) {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.append("uploads", file);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  const bar = row.querySelector("progress");
  request.upload.addEventListener("progress", (event) => {
    bar.value = event.lengthComputable ? (100 * event.loaded) / event.total : 0;
  });
  return new Promise((resolve) => {
    request.addEventListener("load", () => {
      if (request.status === 201) resolve("");
      else resolve(request.response?.problems?.join(" ") || document.body.dataset.failed);
    });
    request.addEventListener("error", () => resolve(document.body.dataset.failed));
    request.send(body);
  });
}

function add(files) {
  for (const file of files) {
    const row = blank.content.firstElementChild.cloneNode(true);
    row.querySelector("[data-name]").textContent = file.name;
    row.querySelector("progress").setAttribute("aria-label", file.name);
    rows.append(row);
    waiting.push([file, row]);
  }
  if (!isBusy) work();
}

async function work() {
  isBusy = true;
  while (waiting.length) {
    const [file, row] = waiting.shift();
    const problem = file.size > Number(form.dataset.largest) ? form.dataset.tooLarge : await send(file, row);
    if (problem) {
      row.querySelector("progress").remove();
      row.querySelector("[data-problem]").textContent = problem;
    } else row.remove();
  }
  isBusy = false;
  await window.htmx.ajax("GET", form.dataset.list, {
    target: "#annexes",
    select: "#annexes",
    selectOOB: "#parts",
    swap: "outerHTML",
  });
}

form.elements.uploads.addEventListener("change", (event) => {
  add([...event.target.files]);
  event.target.value = "";
});

const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");

document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  form.classList.add("is-over");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) form.classList.remove("is-over");
});
document.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  form.classList.remove("is-over");
  add([...event.dataTransfer.files]);
});
window.addEventListener("beforeunload", (event) => {
  if (isBusy) event.preventDefault();
});
