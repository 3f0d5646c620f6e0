// Keeps a page true without a reload: asks the change feed, fetches the parts that moved, swaps them in place.
// Every few seconds while something moves, else as soon as the feed says; never while hidden; at once on return, and
// when something was done in another tab of this browser.
// After errors it asks less and less often, but never stops. The page is whole without this file.
"use strict";
(() => {
  const state = document.getElementById("live");
  if (!state) return;
  const words = { ...state.dataset };
  const MOVING = 2500, LONGEST = 60000;
  // What the clock alone makes true, how long something takes and that it is overdue, is read again so often.
  const TOLD_BY_TIME = 60000;
  let still = 10000;
  let cursor = state.dataset.cursor;
  let failing = state.dataset.failing;
  let failures = 0, timer = 0, busy = false, owed = false, wholeAt = Date.now();

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
    // What stands beside the list may have been opened since: the address is the one of now.
    const parts = state.dataset.parts;
    if (!parts) return location.href;
    const whole = told.whole;
    const orders = whole ? held("order") : told.orders, pools = whole ? held("pool") : told.pools;
    return `${parts}&orders=${orders.join(",")}&pools=${pools.join(",")}`;
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
      || part.querySelector(":popover-open, details[data-menu][open]") !== null
      || !selection.isCollapsed && selection.containsNode(part, true);
  }

  // What a person would call a change: not that an age grew.
  function meaning(part) {
    const copy = part.cloneNode(true);
    for (const time of copy.querySelectorAll("time[data-ago]")) time.remove();
    return copy.textContent;
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

  function tell(part) {
    part.dataset.liveChanged = "";
    setTimeout(() => { delete part.dataset.liveChanged; }, 2000);
  }

  function told(old, fresh, said) {
    const news = fresh.dataset.say && fresh.dataset.say !== old.dataset.say;
    if (news) said.push(fresh.dataset.say);
    return news;
  }

  // A row stays where and what it is; of its cells those that changed are filled anew. One in use waits its turn.
  function patch(old, fresh, said) {
    if (essence(old) === essence(fresh)) return;
    told(old, fresh, said);
    for (const { name, value } of [...fresh.attributes]) if (name !== "data-fresh") old.setAttribute(name, value);
    for (const [nth, cell] of [...old.cells].entries()) {
      const now = fresh.cells[nth];
      if (essence(cell) === essence(now)) continue;
      if (inUse(cell)) { owed = true; continue; }
      const focus = finder(cell), changed = meaning(cell) !== meaning(now);
      cell.replaceChildren(...now.childNodes);
      if (focus) cell.querySelector(focus)?.focus({ preventScroll: true });
      if (changed) tell(cell);
    }
  }

  function swap(old, fresh, said) {
    // What was closed or opened anew since it was asked for is not what came.
    if (old.dataset.keyOf !== fresh.dataset.keyOf) return;
    if (old.matches("tr") && old.cells.length === fresh.cells.length) { patch(old, fresh, said); return; }
    if (essence(old) === essence(fresh)) return;
    if (inUse(old)) { owed = true; return; }
    const focus = finder(old);
    for (const open of old.querySelectorAll("details[open][id]")) fresh.querySelector(`#${CSS.escape(open.id)}`)?.setAttribute("open", "");
    for (const box of old.querySelectorAll("input[type=checkbox][name]:checked")) {
      const same = fresh.querySelector(`input[name="${CSS.escape(box.name)}"][value="${CSS.escape(box.value)}"]`);
      if (same) same.checked = true;
    }
    if (told(old, fresh, said)) tell(fresh);
    const scrolled = old.scrollTop;
    old.replaceWith(fresh);
    fresh.scrollTop = scrolled;
    if (focus) (fresh.matches(focus) ? fresh : fresh.querySelector(focus))?.focus({ preventScroll: true });
  }

  function insert(row, said) {
    const rows = document.querySelector("[data-rows]");
    if (!rows || row.dataset.fresh === undefined) return;
    said.push(row.dataset.say);
    // Nothing moves under a pointer or away from under the focus: the page offers to put it in.
    if (rows.matches(":hover") || rows.contains(document.activeElement)) return;
    rows.prepend(row);
    tell(row);
    rows.closest("[data-rows-card]")?.removeAttribute("hidden");
  }

  const isOld = () => state.dataset.moving === "yes" && Date.now() - wholeAt > TOLD_BY_TIME;

  async function refresh(told) {
    owed = false;
    if (told.whole) wholeAt = Date.now();
    const rows = document.querySelector("[data-rows]");
    rows?.setAttribute("aria-busy", "true");
    try {
      const answer = await ask(partsAddress(told), "text/html");
      take(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } finally {
      rows?.removeAttribute("aria-busy");
    }
  }

  function take(page) {
    const said = [];
    for (const fresh of [...page.querySelectorAll("[data-part]")]) {
      if (fresh.id === "live") { state.dataset.moving = fresh.dataset.moving; state.dataset.always = fresh.dataset.always; continue; }
      // It came along with the part that holds it.
      if (fresh.ownerDocument === document && fresh.isConnected) continue;
      const old = document.querySelector(`[data-part="${CSS.escape(fresh.dataset.part)}"]`);
      const adopted = document.adoptNode(fresh);
      if (old) swap(old, adopted, said);
      else if (adopted.matches("tr")) insert(adopted, said);
    }
    say(said);
    document.dispatchEvent(new CustomEvent("live", { detail: page }));
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

  function trouble(text, { signIn = false } = {}) {
    const place = document.querySelector("[data-trouble]");
    if (!place || (place.dataset.said ?? "") === text) return;
    place.dataset.said = place.textContent = text;
    place.hidden = !text;
    if (signIn) {
      const link = Object.assign(document.createElement("a"), { href: `${words.signIn}?next=${encodeURIComponent(location.pathname + location.search)}`, textContent: words.saySignIn });
      place.append(" ", link);
    }
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
      if (moved && (moved.whole || moved.orders.length || moved.pools.length || moved.watches.length)) await refresh(moved);
      else if (turned || owed || state.dataset.always === "yes" || isOld()) await refresh({ orders: [], pools: [], whole: owed || isOld() });
      // Only now: a refresh that failed is asked for again.
      if (told) cursor = told.cursor;
      failing = answer.headers.get("Cloud-Failing") ?? failing;
      failures = 0;
      still = Math.min(Math.max(Number(answer.headers.get("Ask-Again")) * 1000 || still, MOVING), LONGEST);
      clocks(answer.headers);
      trouble("");
    } catch (error) {
      failures += 1;
      const signIn = error instanceof SignedOut;
      trouble(signIn ? words.saySignedOut : words.sayOffline, { signIn });
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
