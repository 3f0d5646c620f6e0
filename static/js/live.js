// Keeps a page true without a reload: asks the change feed, fetches the parts that moved, swaps them in place.
// Every few seconds while something moves, else as soon as the feed says; never while hidden; at once on return, and
// when something was done in another tab of this browser.
// After errors it asks less and less often, but never stops. The page is whole without this file.
"use strict";
(() => {
  let state = document.getElementById("live");
  if (!state) return;
  const words = { ...state.dataset };
  const MOVING = 2500, LONGEST = 60000;
  let still = 10000;
  let cursor = state.dataset.cursor;
  let failing = state.dataset.failing;
  let failures = 0, timer = 0, busy = false, owed = false;

  class SignedOut extends Error {}

  async function ask(address, accept) {
    const answer = await fetch(address, { headers: { Accept: accept, "X-Requested-With": "live" }, redirect: "manual", cache: "no-store" });
    if (answer.type === "opaqueredirect" || answer.status === 403) throw new SignedOut();
    if (answer.status !== 304 && !answer.ok) throw new Error(String(answer.status));
    return answer;
  }

  // Which of the told changes this page shows or watches; null for none.
  function concerning(told) {
    const watched = words.watch?.split(" ");
    if (!watched) return told;
    const hit = told.orders.some((pk) => watched.includes(`order-${pk}`)) || told.pools.some((pk) => watched.includes(`pool-${pk}`));
    return hit || told.whole ? told : null;
  }

  function held(name) {
    return [...document.querySelectorAll(`tr[data-${name}]`)].map((row) => row.dataset[name]);
  }

  function partsAddress(told) {
    if (!words.parts) return location.href;
    const whole = told.whole;
    const orders = whole ? held("order") : told.orders, pools = whole ? held("pool") : told.pools;
    return `${words.parts}&orders=${orders.join(",")}&pools=${pools.join(",")}`;
  }

  // Ages, tokens and what we marked ourselves are no change.
  function essence(part) {
    const copy = part.cloneNode(true);
    delete copy.dataset.liveChanged;
    delete copy.dataset.fresh;
    for (const time of copy.querySelectorAll("time[data-ago]")) time.textContent = "";
    for (const token of copy.querySelectorAll("input[name='csrfmiddlewaretoken']")) token.removeAttribute("value");
    for (const open of copy.querySelectorAll("details[open]")) open.removeAttribute("open");
    for (const told of copy.querySelectorAll("[data-live-changed]")) delete told.dataset.liveChanged;
    return copy.outerHTML;
  }

  function inUse(part) {
    const active = document.activeElement;
    const selection = getSelection();
    return part.contains(active) && active.matches("input, textarea, select")
      || part.querySelector(":popover-open") !== null
      || !selection.isCollapsed && part.contains(selection.anchorNode);
  }

  // How to find the focused element again after its part was replaced.
  function finder(part) {
    const active = document.activeElement;
    if (!active || active === document.body || !part.contains(active)) return null;
    if (active.id) return `#${CSS.escape(active.id)}`;
    const href = active.getAttribute("href");
    if (href) return `a[href="${CSS.escape(href)}"]`;
    return `${active.tagName.toLowerCase()}`;
  }

  function swap(old, fresh, said) {
    if (essence(old) === essence(fresh)) return;
    if (inUse(old)) { owed = true; return; }
    const focus = finder(old);
    for (const open of old.querySelectorAll("details[open][id]")) fresh.querySelector(`#${CSS.escape(open.id)}`)?.setAttribute("open", "");
    if (fresh.dataset.say && fresh.dataset.say !== old.dataset.say) {
      said.push(fresh.dataset.say);
      fresh.dataset.liveChanged = "";
    }
    old.replaceWith(fresh);
    if (focus) (fresh.matches(focus) ? fresh : fresh.querySelector(focus))?.focus({ preventScroll: true });
  }

  function insert(row, said) {
    const rows = document.querySelector("[data-rows]");
    if (!rows || row.dataset.fresh === undefined) return;
    rows.prepend(row);
    row.dataset.liveChanged = "";
    rows.closest("[data-rows-card]")?.removeAttribute("hidden");
    said.push(row.dataset.say);
  }

  async function refresh(told) {
    owed = false;
    const answer = await ask(partsAddress(told), "text/html");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const said = [];
    for (const fresh of [...page.querySelectorAll("[data-part]")]) {
      if (fresh.id === "live") { state.dataset.moving = fresh.dataset.moving; state.dataset.always = fresh.dataset.always; continue; }
      const old = document.querySelector(`[data-part="${CSS.escape(fresh.dataset.part)}"]`);
      const adopted = document.adoptNode(fresh);
      if (old) swap(old, adopted, said);
      else if (adopted.matches("tr")) insert(adopted, said);
    }
    say(said);
  }

  function say(said) {
    const region = document.getElementById("live-region");
    if (!region || !said.length) return;
    region.textContent = said.length > 3 ? words.sayMany.replace("%n", said.length) : `${said.join(". ")}.`;
  }

  function clocks(headers) {
    document.querySelector(".clocks")?.toggleAttribute("data-troubled", failing !== "0");
    const date = headers.get("Date");
    set("page", (date ? new Date(date) : new Date()).toISOString());
    if (headers.get("Cloud-Heard")) set("cloud", headers.get("Cloud-Heard"));
  }

  function set(clock, moment) {
    const time = document.querySelector(`time[data-clock="${clock}"]`);
    if (!time) return;
    time.dateTime = moment;
    time.dispatchEvent(new Event("grow", { bubbles: true }));
  }

  function trouble(text) {
    const place = document.querySelector("[data-trouble]");
    if (!place || place.textContent === text) return;
    place.textContent = text;
    place.hidden = !text;
    if (text) say([text.replace(/\.$/, "")]);
  }

  async function tick() {
    clearTimeout(timer);
    if (busy || document.hidden) return;
    busy = true;
    try {
      const answer = await ask(`${words.feed}?since=${encodeURIComponent(cursor)}`, "application/json");
      const told = answer.status === 304 ? null : await answer.json();
      const turned = (answer.headers.get("Cloud-Failing") ?? failing) !== failing;
      const moved = told && concerning(told);
      if (moved && (moved.whole || moved.orders.length || moved.pools.length)) await refresh(moved);
      else if (turned || owed || state.dataset.always === "yes") await refresh({ orders: [], pools: [], whole: owed });
      // Only now: a refresh that failed is asked for again.
      if (told) cursor = told.cursor;
      failing = answer.headers.get("Cloud-Failing") ?? failing;
      failures = 0;
      still = Math.min(Math.max(Number(answer.headers.get("Ask-Again")) * 1000 || still, MOVING), LONGEST);
      clocks(answer.headers);
      trouble("");
    } catch (error) {
      failures += 1;
      trouble(error instanceof SignedOut ? words.saySignedOut : words.sayOffline);
    } finally {
      busy = false;
      timer = setTimeout(tick, pause());
    }
  }

  function pause() {
    if (failures) return Math.min(LONGEST, MOVING * 2 ** failures);
    return state.dataset.moving === "yes" || state.dataset.always === "yes" || owed ? MOVING : still;
  }

  document.addEventListener("visibilitychange", () => { if (document.hidden) clearTimeout(timer); else tick(); });
  window.addEventListener("online", tick);
  new BroadcastChannel("acts").addEventListener("message", tick);
  timer = setTimeout(tick, Math.min(pause(), MOVING));
})();
