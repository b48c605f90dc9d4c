// Keys for the desk. Every one of them presses a button or opens a link that is on the page anyway.
"use strict";

const typing = (event) => event.target.closest("input, textarea, select, [contenteditable]");
const tags = () => [...document.querySelectorAll("[data-tag]")];
let marked = 0;

const mark = (place, show = true) => {
  const rows = tags();
  if (!rows.length) return;
  marked = (place + rows.length) % rows.length;
  rows.forEach((row, index) => row.toggleAttribute("data-marked", index === marked));
  if (show) rows[marked].scrollIntoView({ block: "nearest" });
};

const follow = (step) => {
  const links = [...document.querySelectorAll(".queue-list a")];
  const here = links.findIndex((link) => link.hasAttribute("aria-current"));
  links[Math.min(Math.max(here + step, 0), links.length - 1)]?.click();
};

const onTag = (key) => {
  const control = tags()[marked]?.querySelector(`[data-tag-key="${key}"]`);
  control?.click();
  if (key === "c") control?.parentElement.querySelector("select")?.focus();
};

const KEYS = {
  j: () => follow(1),
  k: () => follow(-1),
  n: () => mark(marked + 1),
  y: () => onTag("y"),
  x: () => onTag("x"),
  c: () => onTag("c"),
  a: () => document.querySelector('[data-key="a"]')?.click(),
  s: () => document.querySelector('[data-key="s"]')?.click(),
  r: () => document.querySelector("#answer textarea")?.focus(),
  f: () => {
    const form = document.getElementById("filter");
    if (!form) return;
    form.closest("details").open = true;
    form.querySelector("select").focus();
  },
  "?": () => document.querySelector(".keys")?.scrollIntoView({ block: "center" }),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form?.id === "answer") {
    document.querySelector("[data-send]")?.click();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event)) return;
  const act = KEYS[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

mark(0, false);

// The queue is a pane of its own: it begins where the open conversation stands in it, not at its top.
const pane = document.querySelector(".queue");
const here = pane?.querySelector(".queue-list a[aria-current]");
if (here && here.offsetTop + here.offsetHeight > pane.offsetTop + pane.clientHeight) {
  pane.scrollTop = here.offsetTop - pane.offsetTop - pane.clientHeight / 3;
}
