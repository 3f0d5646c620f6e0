// Watches a catalog being read: asks how far it is, then shows what is on offer now. Without this file one reloads.
// What was typed is never touched: parts without fields are swapped; a page of fields offers a button that saves first.
"use strict";
(() => {
  const FIRST = 1000, SLOWEST = 8000, PATIENCE = 120000;
  const age = document.querySelector("[data-catalog-watch]");
  if (!age) return;
  const said = { ...age.dataset };
  const began = Date.now();
  let pause = FIRST, timer = 0, over = false;

  function say(text) {
    const region = document.getElementById("live-region");
    if (region) region.textContent = text;
  }

  function words(text) {
    const place = document.querySelector("[data-catalog-words]");
    if (place) place.textContent = text;
  }

  // The page as it is now; parts that hold fields are left alone.
  async function swap() {
    const answer = await fetch(location.pathname + location.search, { redirect: "manual", cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const old of document.querySelectorAll("[data-catalog-part]")) {
      const fresh = page.querySelector(`[data-catalog-part="${CSS.escape(old.dataset.catalogPart)}"]`);
      if (fresh) old.replaceWith(document.adoptNode(fresh));
    }
    const show = document.querySelector("[data-catalog-show]");
    if (show) show.hidden = false;
  }

  async function finish(state) {
    // Review has nothing typed, and everything on it follows from the catalog. It may be the answer to a POST: no reload.
    if (said.catalogPage) { location.replace(said.catalogPage); return; }
    await swap();
    say(state === "done" ? said.sayDone : said.sayFailed);
  }

  async function look() {
    clearTimeout(timer);
    if (document.hidden || over) return;
    try {
      const answer = await fetch(said.catalogWatch, { headers: { Accept: "application/json" }, redirect: "manual", cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const { state } = await answer.json();
      if (state !== "asked") { await finish(state); over = true; return; }
    } catch {
      pause = SLOWEST;
    }
    if (Date.now() - began > PATIENCE) { over = true; words(said.saySlow); say(said.saySlow); return; }
    pause = Math.min(SLOWEST, pause * 1.3);
    timer = setTimeout(look, pause);
  }

  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  words(said.sayNow);
  timer = setTimeout(look, pause);
})();
