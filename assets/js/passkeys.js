// Passkeys: a form with data-passkey="create" or "get" asks the server for a challenge, lets the browser answer it, and
// sends the answer like any other form. Where passkeys do not work, the form stays hidden.
"use strict";

(() => {
  const forms = document.querySelectorAll("form[data-passkey]");
  // A passkey belongs to a name: browsers refuse them where the address is a number.
  const isNamed = !/^[\d.]+$|^\[/.test(location.hostname);
  const works = isNamed && Boolean(window.PublicKeyCredential?.parseCreationOptionsFromJSON);

  async function answer(form) {
    const asked = await fetch(form.dataset.options, { method: "POST", body: new FormData(form) });
    const options = await asked.json();
    const credential =
      form.dataset.passkey === "create"
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    return JSON.stringify(credential.toJSON());
  }

  for (const form of works ? forms : []) {
    const failed = form.querySelector("[data-passkey-failed]");
    form.hidden = false;
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
  for (const part of document.querySelectorAll("[data-passkey-missing]")) part.hidden = works;
})();
