// Sends the files of a form[data-uploads] in parts (tus), so that a lost connection or a reload costs a part, not the file.
// Without script, or if the browser cannot do this, the form posts them whole.
/* global tus */
const PART_BYTES = 8 * 1024 * 1024; // at least
const MOST_PART_BYTES = 64 * 1024 * 1024;
const PARTS = 3; // each costs the server a request; what arrived of an interrupted one still counts
const AT_ONCE = 2;
const HOME_LINE_BITS = 5e6; // per second: a phone, or a connection at home
const PAUSES_MS = [0, 1000, 3000, 5000, 10000, 20000, 30000, 60000];

const sizeWords = (bytes) => {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let step = 0;
  while (bytes >= 999.5 && step < units.length - 1) { bytes /= 1000; step += 1; }
  return `${step && bytes < 99.95 ? Number(bytes.toFixed(1)) : Math.round(bytes)} ${units[step]}`;
};

const timeWords = (seconds) => {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
};

const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

const control = (label, name) =>
  element("button", { type: "button", class: "button-link" }, label, element("span", { class: "govuk-visually-hidden" }, `: ${name}`));

// The server recognises the file by this when it is chosen again after a reload.
const markOf = (file) => `${file.name}|${file.size}|${file.lastModified}`;

const unfinished = (mark) => {
  const rows = [...document.querySelectorAll("[data-upload-url]")];
  return rows.find((row) => row.dataset.mark === mark) || null;
};

// One file: its row, and its upload. `settled` is fulfilled with "done", "cancelled" or "refused".
class Job {
  constructor(file, form, say) {
    this.file = file;
    this.say = say;
    this.paused = false;
    this.bar = element("progress", { max: file.size || 1, value: 0, "aria-label": `${file.name}, uploaded so far` });
    this.facts = element("p", { class: "file__facts" }, `${sizeWords(file.size)}, queued`);
    this.pauseButton = control("Pause", file.name);
    this.cancelButton = control("Cancel", file.name);
    this.links = element("ul", { class: "file__links" }, element("li", {}, this.pauseButton), element("li", {}, this.cancelButton));
    const name = element("p", { class: "file__name" }, file.name);
    this.row = element("li", { class: "file file--upload" }, element("div", { class: "file__body" }, name, this.bar, this.facts), this.links);
    this.pauseButton.addEventListener("click", () => (this.paused ? this.goOn() : this.pause()));
    this.cancelButton.addEventListener("click", () => this.cancel());
    addEventListener("online", () => this.waitsForLine && this.goOn());
    this.settled = new Promise((settle) => { this.settle = settle; });
    this.upload = this.prepare(form);
  }

  prepare(form) {
    const fields = new FormData(form);
    const known = unfinished(markOf(this.file));
    const single = form.querySelector("input[type=file]").files.length === 1;
    return new tus.Upload(this.file, {
      endpoint: form.dataset.uploads,
      uploadUrl: known ? known.dataset.uploadUrl : null,
      chunkSize: Math.min(Math.max(PART_BYTES, Math.ceil(this.file.size / PARTS)), MOST_PART_BYTES),
      retryDelays: PAUSES_MS,
      storeFingerprintForResuming: false, // the server keeps the list: centre computers are shared
      headers: { "X-CSRFToken": fields.get("csrfmiddlewaretoken") },
      metadata: {
        filename: this.file.name,
        title: single ? fields.get("title") || "" : "",
        note: fields.get("note") || "",
        criteria: fields.getAll("criteria").join(","),
        mark: markOf(this.file),
        replaces: form.dataset.replaces || "",
      },
      onProgress: (sent, total) => this.show(sent, total),
      onSuccess: () => this.end("done", "Uploaded. The portal checks it now."),
      onError: (fault) => this.failed(fault),
    });
  }

  start() {
    if (this.over) return;
    this.begun = true;
    this.since = null;
    this.waitsForLine = false;
    if (!this.paused) this.upload.start();
  }

  show(sent, total) {
    if (this.paused || this.over) return;
    this.bar.value = sent;
    this.since ||= { at: performance.now(), sent };
    const seconds = (performance.now() - this.since.at) / 1000;
    const speed = seconds > 0.5 ? (sent - this.since.sent) / seconds : 0;
    const pace = speed > 0 ? `, ${sizeWords(speed)} a second, ${timeWords((total - sent) / speed)} left` : "";
    this.facts.textContent = `${sizeWords(sent)} of ${sizeWords(total)}${pace}`;
  }

  pause() {
    this.paused = true;
    this.pauseButton.firstChild.textContent = "Continue";
    this.facts.textContent = "Paused.";
    if (this.begun) this.upload.abort();
    this.say(`${this.file.name} is paused.`);
  }

  goOn() {
    this.paused = false;
    this.pauseButton.firstChild.textContent = "Pause";
    this.facts.textContent = "Continuing where it stopped.";
    if (this.begun) this.start();
  }

  async cancel() {
    this.end("cancelled", "Cancelled.");
    try {
      await this.upload.abort(true);
    } catch {
      // The stored part expires by itself, and the list shows it until then.
    }
  }

  failed(fault) {
    if (this.over) return;
    const answer = fault.originalResponse;
    const status = answer ? answer.getStatus() : 0;
    if (!answer || status >= 500) {
      this.pause();
      this.waitsForLine = true;
      this.facts.textContent = "Connection lost. What has arrived is kept: press “Continue” when you are back online.";
      this.say(`Connection lost while ${this.file.name} was being uploaded.`);
      return;
    }
    const isForPeople = (answer.getHeader("Content-Type") || "").startsWith("text/plain");
    const words = isForPeople ? answer.getBody() : "Your session has ended. Load the page again, sign in, and choose the file again.";
    this.end("refused", words);
  }

  end(outcome, words) {
    if (this.over) return;
    this.over = true;
    this.facts.textContent = words;
    this.facts.classList.toggle("is-over", outcome === "refused");
    if (this.links.contains(document.activeElement)) {
      this.row.tabIndex = -1; // the focus stays with the file whose buttons disappear
      this.row.focus();
    }
    this.links.remove();
    this.say(`${this.file.name}: ${words}`);
    this.settle(outcome);
  }
}

const enhance = (form) => {
  const input = form.querySelector("input[type=file]");
  const live = element("p", { class: "govuk-visually-hidden", role: "status" });
  const list = element("ul", { class: "files files--plain" });
  form.querySelector(".picker").after(live, list);
  const dragged = input.multiple ? "files" : "a file";
  const time = element("p", { class: "hint", role: "status" });
  live.before(time, element("p", { class: "hint" }, `You can also drag ${dragged} onto this form.`));
  form.querySelector(".limits-fold")?.append(element("p", {}, "If an upload is interrupted, it continues where it stopped."));
  const say = (words) => { live.textContent = words; };
  let running = 0;

  input.addEventListener("change", () => {
    const bytes = [...input.files].reduce((sum, file) => sum + file.size, 0);
    const takes = `${timeWords((bytes * 8) / HOME_LINE_BITS)} at ${HOME_LINE_BITS / 1e6} Mbit/s`;
    time.textContent = bytes ? `${sizeWords(bytes)} to upload: about ${takes}.` : "";
  });

  form.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    form.classList.add("is-dropped-on");
  });
  form.addEventListener("dragleave", () => form.classList.remove("is-dropped-on"));
  form.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    form.classList.remove("is-dropped-on");
    const all = new DataTransfer();
    const dropped = [...event.dataTransfer.files];
    for (const file of input.multiple ? [...input.files, ...dropped] : dropped.slice(0, 1)) all.items.add(file);
    input.files = all.files;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });

  addEventListener("beforeunload", (event) => { if (running) event.preventDefault(); });

  form.addEventListener("submit", async (event) => {
    if (!input.files.length) return; // the server says what is missing
    event.preventDefault();
    form.dataset.busy = "";
    const jobs = [...input.files].map((file) => new Job(file, form, say));
    list.append(...jobs.map((job) => job.row));
    say(`${jobs.length === 1 ? "1 file is" : `${jobs.length} files are`} being uploaded.`);
    input.value = "";
    input.dispatchEvent(new Event("change", { bubbles: true }));
    running += jobs.length;
    const waiting = [...jobs];
    const takeTurns = async () => {
      for (let job = waiting.shift(); job; job = waiting.shift()) {
        job.start();
        await job.settled;
        running -= 1;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, takeTurns));
    const outcomes = await Promise.all(jobs.map((job) => job.settled));
    if (running) return; // more files were added in the meantime
    delete form.dataset.busy;
    if (outcomes.every((outcome) => outcome !== "refused")) {
      showList(form);
    } else if (outcomes.includes("done") && !form.querySelector("[data-show-list]")) {
      const again = element("a", { href: form.dataset.back, class: "govuk-link", "data-show-list": "" }, "Show the files that were uploaded");
      list.after(element("p", {}, again));
    }
  });
};

const showList = (form) => {
  const here = new URL(form.dataset.back, location.href);
  const typed = document.querySelector("form[data-keeps][data-busy]");
  if (typed) typed.requestSubmit(); // what was typed beside the files is kept with the next page
  else if (here.pathname !== location.pathname) location.assign(here);
  else {
    location.hash = here.hash;
    location.reload();
  }
};

addEventListener("DOMContentLoaded", () => {
  if (!window.tus || !tus.isSupported) return;
  for (const form of document.querySelectorAll("form[data-uploads]")) enhance(form);
});
