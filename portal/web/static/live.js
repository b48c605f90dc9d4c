// Keeps the parts of a customer's open page that are marked data-live-part up to date. Every page works without this file.
"use strict";

(() => {
  const latest = document.documentElement.dataset.live;
  const parts = () => document.querySelectorAll("[data-live-part]");
  if (!latest || !parts().length) return;

  const announce = document.createElement("p");
  announce.className = "visually-hidden";
  announce.setAttribute("role", "status");
  document.body.append(announce);

  // Fetch this very page again and take over the marked parts, unless somebody is typing in them.
  const refresh = async () => {
    const answer = await fetch(location.href, { headers: { "X-Refresh": "1" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of parts()) {
      const twin = fresh.querySelector(`[data-live-part="${part.dataset.livePart}"]`);
      if (!twin || twin.innerHTML === part.innerHTML || part.contains(document.activeElement)) continue;
      part.innerHTML = twin.innerHTML;
      part.classList.add("live");
      announce.textContent = part.dataset.liveSays || "";
    }
  };

  let newest = 0;
  const poll = async () => {
    try {
      const answer = await fetch(`${latest}?after=${newest}`);
      if (answer.ok) {
        const news = await answer.json();
        if (newest && news.newest > newest) await refresh();
        newest = news.newest;
      }
    } catch {
      // Offline: ask again later.
    }
    setTimeout(poll, document.hidden ? 60000 : 8000);
  };

  const stream = new EventSource(latest.replace(/\/latest$/, ""));
  let welcomed = false;
  stream.addEventListener("hello", () => {
    // What a page waits for may have come after it was made and before this stream began.
    if (!welcomed && document.querySelector("[data-live-awaits]")) refresh();
    welcomed = true;
  });
  stream.addEventListener("note", refresh);
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED && !welcomed) poll();
  });
  window.addEventListener("pagehide", () => stream.close());
})();
