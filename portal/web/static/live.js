// Keeps the parts of an open page that are marked data-live-part up to date. Every page works without this file.
//
// A page that names an address in data-live asks there whether something is new: over a stream when data-live-stream
// names one and there is room, else now and then. Any other page looks again while something of it is awaited.
"use strict";

(() => {
  const { live: latest, liveStream } = document.documentElement.dataset;
  const parts = () => document.querySelectorAll("[data-live-part]");
  const awaits = () => document.querySelector("[data-live-awaits]");
  if (!parts().length) return;

  const announce = document.createElement("p");
  announce.className = "visually-hidden";
  announce.setAttribute("role", "status");
  document.body.append(announce);

  const tell = (part) => {
    part.classList.add("live");
    announce.textContent = part.dataset.liveSays || "";
  };

  // Fetch this very page again and take over the marked parts, unless somebody is typing in them; parts that are new
  // take their place behind the part they follow.
  const refresh = async () => {
    const answer = await fetch(location.href, { headers: { "X-Refresh": "1" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    let before = null;
    for (const twin of fresh.querySelectorAll("[data-live-part]")) {
      let part = document.querySelector(`[data-live-part="${twin.dataset.livePart}"]`);
      if (!part && before) {
        part = document.importNode(twin, true);
        before.after(part);
        tell(part);
      } else if (part && twin.innerHTML !== part.innerHTML && !part.contains(document.activeElement)) {
        part.innerHTML = twin.innerHTML;
        tell(part);
      }
      before = part || before;
    }
  };

  const later = (ask) => setTimeout(ask, document.hidden ? 60000 : awaits() ? 3000 : 8000);

  let newest;
  const poll = async () => {
    try {
      const answer = await fetch(latest);
      if (answer.ok) {
        const news = await answer.json();
        const first = newest === undefined;
        if (first ? awaits() : news.newest !== newest) await refresh();
        newest = news.newest;
      }
    } catch {
      // Offline: ask again later.
    }
    later(poll);
  };

  const lookAgain = async () => {
    try {
      await refresh();
    } catch {
      // Offline: look again later.
    }
    if (awaits()) later(lookAgain);
  };

  if (!latest) {
    if (awaits()) later(lookAgain);
    return;
  }
  if (!liveStream) {
    poll();
    return;
  }
  const stream = new EventSource(liveStream);
  let welcomed = false;
  stream.addEventListener("hello", () => {
    // What a page waits for may have come after it was made and before this stream began.
    if (!welcomed && awaits()) refresh();
    welcomed = true;
  });
  stream.addEventListener("note", refresh);
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED && !welcomed) poll();
  });
  window.addEventListener("pagehide", () => stream.close());
})();
