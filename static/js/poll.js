// A page that waits for a worker: what is marked data-poll is fetched again until the page no longer has it.
const PAUSE_MS = 1000;

const again = async () => {
  const waiting = document.querySelector("[data-poll]");
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-poll]");
    if (!fresh && !document.querySelector("[data-busy]")) {
      location.reload();
      return;
    }
    // Somebody types or uploads on this page (data-busy): a reload would lose it.
    if (fresh && fresh.innerHTML !== waiting.innerHTML) waiting.innerHTML = fresh.innerHTML;
  } catch {
    // The network is away for a moment; the next try will do.
  }
  setTimeout(again, PAUSE_MS);
};

setTimeout(again, PAUSE_MS);
