// A page that waits for a worker: the part marked data-poll is fetched again until the page no longer has it.
// The longer nothing happens, the less often; while nobody looks at the page, not at all.
const SOON_MS = 1000;
const SELDOM_MS = 30000;
const LONGER = 1.5;
const DONE = "Finished. Load this page again to see the result.";
// Somebody is typing or uploading, or reading why what they sent was not accepted: loading the page again would lose it.
const IN_USE = "[data-busy], .govuk-error-summary";

let pause = SOON_MS;
let timer = null;
let isAsking = false;

const fetched = async () => {
  const answer = await fetch(location.href, { headers: { Accept: "text/html", "X-Poll": "1" } });
  if (!answer.ok) throw new Error(answer.status);
  return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-poll]");
};

// Whether there is something to wait for still.
const update = async () => {
  const waiting = document.querySelector("[data-poll]");
  try {
    const fresh = await fetched();
    if (!fresh && !document.querySelector(IN_USE)) {
      location.reload();
      return false;
    }
    const words = fresh ? fresh.innerHTML : DONE;
    pause = words === waiting.innerHTML ? Math.min(pause * LONGER, SELDOM_MS) : SOON_MS;
    if (words !== waiting.innerHTML) waiting.innerHTML = words;
    return Boolean(fresh);
  } catch {
    pause = Math.min(pause * LONGER, SELDOM_MS); // the network or the portal is down for a moment
    return true;
  }
};

const again = async () => {
  isAsking = true;
  const goesOn = await update();
  isAsking = !goesOn; // once all is done, nothing is asked any more
  if (goesOn) later();
};

const later = () => {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(again, pause);
};

document.addEventListener("visibilitychange", () => {
  clearTimeout(timer);
  if (document.hidden || isAsking) return;
  pause = SOON_MS;
  again();
});

later();
