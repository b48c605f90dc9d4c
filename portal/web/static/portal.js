// Small conveniences. Every page works without this file.
"use strict";

// A form is sent once: the second click of a double click does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent && Date.now() - Number(form.dataset.sent) < 4000) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = String(Date.now());
});

// Coming back with the Back button lets a form be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Errors are announced where they are.
document.querySelector("[data-focus]")?.focus();

// Drafts survive reload, Back and signing in: <textarea data-draft="say">. Forgotten when <html data-clear-draft="say">.
const draftKey = (name) => `candour-draft-${name}`;
for (const name of (document.querySelector("[data-clear-draft]")?.dataset.clearDraft || "").split(" ").filter(Boolean)) {
  localStorage.removeItem(draftKey(name));
}
for (const field of document.querySelectorAll("[data-draft]")) {
  const key = draftKey(field.dataset.draft);
  if (!field.value && localStorage.getItem(key)) {
    field.value = localStorage.getItem(key);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  field.addEventListener("input", () => localStorage.setItem(key, field.value));
}

// A fragment that follows what is typed: <textarea data-preview="/say/preview" data-into="margin">.
for (const field of document.querySelectorAll("[data-preview]")) {
  const target = document.getElementById(field.dataset.into);
  let timer;
  let asked = 0;
  const ask = async () => {
    const mine = ++asked;
    const body = new FormData();
    body.set("text", field.value);
    body.set("csrf_token", field.form.querySelector("[name=csrf_token]")?.value || "");
    try {
      const answer = await fetch(field.dataset.preview, { method: "POST", body, headers: { "X-Fragment": "1" } });
      if (answer.ok && mine === asked) {
        const open = [...target.querySelectorAll("details[open]")].map((fold) => fold.dataset.keepOpen);
        target.innerHTML = await answer.text();
        for (const fold of target.querySelectorAll("[data-keep-open]")) fold.open = open.includes(fold.dataset.keepOpen);
      }
    } catch {
      // Offline: what was shown stays; sending still works when the line is back.
    }
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 500);
  });
  if (field.value) ask();
}

// Copy buttons: <button data-copy="#code" hidden>, shown because they need this file.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
    button.textContent = button.dataset.done || button.textContent;
  });
}

// Buttons that ask for a word before they act: <button data-confirm="This ends …">.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-confirm]");
  if (button && !window.confirm(button.dataset.confirm)) event.preventDefault();
});

// Filters apply as they are chosen: <form data-auto>.
for (const form of document.querySelectorAll("form[data-auto]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

// A choice that settles other fields fills them at once: <select data-fills> with <option data-fill='{"name": "value"}'>.
for (const choice of document.querySelectorAll("select[data-fills]")) {
  choice.addEventListener("change", () => {
    const fills = JSON.parse(choice.selectedOptions[0]?.dataset.fill || "{}");
    for (const [name, value] of Object.entries(fills)) choice.form.elements.namedItem(name).value = value;
  });
}

// What applies only to one choice is shown with it: <div data-only-for="kind=grant">. Without this file all of it stays.
const applies = () => {
  for (const part of document.querySelectorAll("[data-only-for]")) {
    const [name, value] = part.dataset.onlyFor.split("=");
    part.hidden = part.closest("form").elements.namedItem(name).value !== value;
    for (const field of part.querySelectorAll("input, select, textarea")) field.disabled = part.hidden;
  }
};
if (document.querySelector("[data-only-for]")) {
  document.addEventListener("change", applies);
  window.addEventListener("pageshow", applies);
  applies();
}

// An open menu closes with Escape or a click beside it.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.me[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") for (const menu of document.querySelectorAll("details.me[open]")) menu.open = false;
});
