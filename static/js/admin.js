// The admin's lists that are chosen by typing: what select2 draws in their place has no name of its own.

function name(list) {
  const drawn = list.nextElementSibling?.querySelector("[role=combobox]");
  const label = list.labels[0]?.textContent.trim();
  if (!drawn || !label) return;
  drawn.removeAttribute("aria-labelledby");
  for (const part of [drawn, drawn.querySelector("[role=textbox]")]) part.setAttribute("aria-label", label);
}

// After select2, which draws them when jQuery is ready: that may be later than the page's own events.
window.django?.jQuery?.(() => document.querySelectorAll("select.admin-autocomplete").forEach(name));
