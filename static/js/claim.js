// The entries that a draft claim needs follow its ticks. Without script, the page is right once the draft is saved.
const stock = document.querySelector("#stock");
const form = document.querySelector("#claim-lines");

const follow = () => {
  const needed = Number(stock.dataset.elsewhere) + form.querySelectorAll("[name=work]:checked").length;
  const left = Number(stock.dataset.available) - needed;
  const missing = Math.max(-left, 0);
  for (const place of document.querySelectorAll("[data-needed]")) place.textContent = needed;
  document.querySelector("#stock-left").textContent = missing ? `${missing} short` : left;
  document.querySelector("#short").hidden = !missing;
  document.querySelector("#short-words").textContent = `You need ${missing} more unnamed entr${missing === 1 ? "y" : "ies"}.`;
  const order = document.querySelector("#short-order");
  if (order) order.search = order.search.replace(/number=\d+/, `number=${missing}`);
  const submit = document.querySelector("#submit");
  if (submit) submit.hidden = Boolean(missing);
};

if (stock && form) {
  form.addEventListener("change", follow);
  window.addEventListener("pageshow", follow); // ticks may have come back with the page
  follow();
}
