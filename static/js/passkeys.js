// Passkeys: the browser asks the device, and the form sends its answer. Without script these forms stay hidden.
const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const toText = (bytes) => bytes && btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const known = (credentials = []) => credentials.map((credential) => ({ ...credential, id: toBytes(credential.id) }));

const readable = ({ publicKey }) => ({
  ...publicKey,
  challenge: toBytes(publicKey.challenge),
  ...(publicKey.user && { user: { ...publicKey.user, id: toBytes(publicKey.user.id) } }),
  ...(publicKey.excludeCredentials && { excludeCredentials: known(publicKey.excludeCredentials) }),
  ...(publicKey.allowCredentials && { allowCredentials: known(publicKey.allowCredentials) }),
});

const PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

const sendable = (credential) => ({
  id: credential.id,
  rawId: toText(credential.rawId),
  type: credential.type,
  authenticatorAttachment: credential.authenticatorAttachment,
  clientExtensionResults: credential.getClientExtensionResults(),
  response: Object.fromEntries(PARTS.filter((part) => credential.response[part]).map((part) => [part, toText(credential.response[part])])),
});

const options = async (form) => {
  const inPage = document.getElementById("passkey-options");
  if (inPage) return JSON.parse(inPage.textContent);
  return (await fetch(form.action, { headers: { Accept: "application/json" } })).json();
};

const ask = async (form) => {
  const publicKey = readable(await options(form));
  const make = form.dataset.passkey === "make";
  return make ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey });
};

if (window.PublicKeyCredential) {
  for (const part of document.querySelectorAll("[data-needs-passkeys]")) part.hidden = false;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    let answered = false;
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      if (answered) return;
      event.preventDefault();
      const failed = form.querySelector("[data-passkey-failed]");
      failed.hidden = true;
      try {
        form.credential.value = JSON.stringify(sendable(await ask(form)));
        answered = true;
        form.requestSubmit();
      } catch {
        // Cancelled, timed out or not allowed: browsers tell people which, but not pages.
        failed.hidden = false;
      }
    }, { capture: true });
  }
}
