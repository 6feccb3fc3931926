// Passkeys: a form with data-passkey="create" or "get" asks the server for a challenge, lets the browser answer it, and
// sends the answer like any other form. Whether passkeys work here is known before anything is painted, so that the style
// sheet shows the forms, or the reason why there are none, and nothing jumps.
"use strict";

(() => {
  // A passkey belongs to a name: browsers refuse them where the address is a number.
  const isNamed = !/^[\d.]+$|^\[/.test(location.hostname);
  const works = isNamed && Boolean(window.PublicKeyCredential?.parseCreationOptionsFromJSON);
  document.documentElement.classList.toggle("has-passkeys", works);

  async function answer(form) {
    const asked = await fetch(form.dataset.options, { method: "POST", body: new FormData(form) });
    const options = await asked.json();
    const credential =
      form.dataset.passkey === "create"
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    return JSON.stringify(credential.toJSON());
  }

  function wire(form) {
    const failed = form.querySelector("[data-passkey-failed]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      failed.hidden = true;
      try {
        form.elements.credential.value = await answer(form);
        form.submit();
      } catch {
        failed.hidden = false; // its owner called it off, or the device has none for us
      }
    });
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("form[data-passkey]").forEach(wire));
})();
