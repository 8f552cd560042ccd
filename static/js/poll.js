// A page that waits for a worker: the part marked data-poll is fetched again until the page no longer has it.
const PAUSE_MS = 1000;
const DONE = "Finished. Load this page again to see the result.";
// Somebody is typing or uploading, or reading why what they sent was not accepted: loading the page again would lose it.
const IN_USE = "[data-busy], .govuk-error-summary";

const again = async () => {
  const waiting = document.querySelector("[data-poll]");
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html", "X-Poll": "1" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-poll]");
    if (!fresh && !document.querySelector(IN_USE)) {
      location.reload();
      return;
    }
    const words = fresh ? fresh.innerHTML : DONE;
    if (words !== waiting.innerHTML) waiting.innerHTML = words;
  } catch {
    // The network is down for a moment; the next attempt will do.
  }
  setTimeout(again, PAUSE_MS);
};

setTimeout(again, PAUSE_MS);
