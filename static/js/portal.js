// Small improvements to pages that also work without them.
import { initAll } from "../vendor/govuk-frontend/govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();


// --- the same form is not sent twice -----------------------------------------------------
const sending = new Set();

document.addEventListener("submit", (event) => {
  const form = event.target;
  unsaved.delete(form);
  // data-sends-file: the answer is a download and the page stays, so the button must stay usable.
  if (event.defaultPrevented || form.method !== "post" || "sendsFile" in form.dataset) return;
  if (sending.has(form)) {
    event.preventDefault();
    return;
  }
  sending.add(form);
  // The pressed button must send its name and value, so it is marked, not disabled.
  event.submitter?.setAttribute("aria-disabled", "true");
});

window.addEventListener("pageshow", () => {
  // The page came back from the browser's cache: the buttons must work again.
  sending.clear();
  for (const button of document.querySelectorAll("form [aria-disabled]")) button.removeAttribute("aria-disabled");
});

// --- text not yet saved ------------------------------------------------------------------
const unsaved = new Set();

for (const form of document.querySelectorAll("form[data-warn-unsaved]")) {
  form.addEventListener("input", () => {
    unsaved.add(form);
    form.dataset.busy = ""; // a page that waits for a worker must not reload now
  });
  form.addEventListener("reset", () => {
    unsaved.delete(form);
    delete form.dataset.busy;
  });
}

window.addEventListener("beforeunload", (event) => {
  if (unsaved.size) event.preventDefault();
});

// --- a closed file is fetched when it is opened: a unit may have a hundred ---------------
for (const folded of document.querySelectorAll("details[data-fetches]")) {
  folded.addEventListener("toggle", async () => {
    const link = folded.querySelector("summary + p a"); // to its page; it stays if nothing can be fetched
    if (!folded.open || !link) return;
    const answer = await fetch(link.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const figure = page.querySelector("figure.media");
    if (figure) link.parentElement.replaceWith(figure);
  });
}

// --- chosen files, before they are sent --------------------------------------------------
const words = (bytes) => {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let step = 0;
  while (bytes >= 999.5 && step < units.length - 1) { bytes /= 1000; step += 1; }
  return `${step && bytes < 99.95 ? Number(bytes.toFixed(1)) : Math.round(bytes)} ${units[step]}`;
};

const fault = (file, input) => {
  const limit = Number(input.dataset.maxBytes);
  if (!file.size) return "empty";
  if (limit && file.size > limit) return `too large, the largest allowed is ${words(limit)}`;
  const kinds = (input.accept || "").split(",").filter((kind) => kind.startsWith("."));
  if (kinds.length && !kinds.some((kind) => file.name.toLowerCase().endsWith(kind.toLowerCase()))) return "this kind of file is not accepted here";
  return "";
};

for (const input of document.querySelectorAll("input[type=file]")) {
  const shown = input.parentElement.querySelector("[data-chosen]");
  if (!shown) continue;
  shown.setAttribute("role", "status");
  input.addEventListener("change", () => {
    const lines = [...input.files].map((file) => {
      const wrong = fault(file, input);
      const line = document.createElement("li");
      line.textContent = `${file.name}, ${words(file.size)}${wrong ? `: ${wrong}` : ""}`;
      line.classList.toggle("is-over", Boolean(wrong));
      return line;
    });
    const most = Number(input.dataset.maxFiles);
    if (most && input.files.length > most) {
      const line = document.createElement("li");
      line.textContent = `${input.files.length} files chosen, the most allowed at a time is ${most}`;
      line.className = "is-over";
      lines.unshift(line);
    }
    const list = document.createElement("ul");
    list.append(...lines);
    shown.replaceChildren(...(lines.length ? [list] : []));
  });
}
