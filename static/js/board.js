// The dashboard's own: a row beside the list, selected rows counted, and rows that changed place put in order on demand.
// Without this file the same is done by links and forms, a page at a time.
"use strict";
(() => {
  const live = document.getElementById("live");
  const table = document.querySelector("[data-rows]");
  if (!live || !table) return;
  const panel = () => document.getElementById("beside");
  const rowOf = (key) => table.querySelector(`tr[data-part="${CSS.escape(key)}"]`);
  const keys = () => [...table.rows].map((row) => row.dataset.part);

  const words = (place, number) => (number === 1 ? place.dataset.one : place.dataset.many).replace("%n", number);

  async function fetched(address) {
    const answer = await fetch(address, { headers: { Accept: "text/html" }, redirect: "manual", cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  // ---- Beside the list

  function remember(search) {
    history.replaceState(null, "", `${location.pathname}${search}`);
    live.dataset.parts = `${live.dataset.parts.split("?")[0]}${search}`;
  }

  function mark(key) {
    for (const row of table.rows) row.toggleAttribute("data-looked-at", Boolean(key) && row.dataset.part === key);
  }

  async function open(link) {
    const old = panel();
    const key = link.closest("tr").dataset.part;
    old.hidden = false;
    old.dataset.keyOf = key;
    old.setAttribute("aria-busy", "true");
    mark(key);
    try {
      const page = await fetched(`${old.dataset.besideAt}${link.search}`);
      if (old.dataset.keyOf !== key || !old.isConnected) return;
      old.replaceWith(document.adoptNode(page.getElementById("beside")));
      remember(link.search);
      panel().focus();
    } catch {
      location.assign(link.href);
    }
  }

  function close() {
    const old = panel();
    const row = rowOf(old.dataset.keyOf);
    const search = old.querySelector("[data-beside-close]")?.search;
    old.hidden = true;
    old.replaceChildren();
    old.dataset.keyOf = "";
    mark("");
    if (search) remember(search);
    (row?.querySelector("a[data-beside]") ?? table.querySelector("a"))?.focus();
  }

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const target = event.target;
    const shut = target.closest("[data-beside-close]");
    if (shut) { event.preventDefault(); close(); return; }
    const row = target.closest("[data-rows] > tr");
    const link = target.closest("a[data-beside]") ?? (target.closest("a, button, input, label, summary, .pick") ? null : row?.querySelector("a[data-beside]"));
    if (!link || !getSelection().isCollapsed) return;
    event.preventDefault();
    if (panel().dataset.keyOf === row.dataset.part) close(); else open(link);
  });

  // Before the menus close themselves: one press closes one thing.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || panel().hidden) return;
    if (document.querySelector("details[data-menu][open], [popover]:popover-open, dialog[open]")) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
    event.preventDefault();
    close();
  }, true);

  // ---- Selected rows

  function count() {
    const boxes = [...table.querySelectorAll("input[name=row]")];
    const picked = boxes.filter((box) => box.checked).length;
    const place = document.querySelector("[data-picked-words]");
    if (picked) place.textContent = words(place, picked);
    const all = document.querySelector("[data-pick-all]");
    all.checked = picked > 0 && picked === boxes.length;
    all.indeterminate = picked > 0 && picked < boxes.length;
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick-all]")) {
      for (const box of table.querySelectorAll("input[name=row]")) box.checked = event.target.checked;
    }
    if (event.target.closest(".rows")) count();
  });
  document.querySelector("[data-picked]").addEventListener("reset", () => setTimeout(count));
  count();

  // ---- Rows that changed place

  const pill = document.querySelector("[data-moved]");

  // How many rows would have to move, come or go: all that are not in the longest run that is in order already.
  function outOfPlace(here, wanted) {
    const place = new Map(wanted.map((key, nth) => [key, nth]));
    const run = [];
    for (const nth of here.filter((key) => place.has(key)).map((key) => place.get(key))) {
      const at = run.findIndex((last) => last > nth);
      if (at < 0) run.push(nth); else run[at] = nth;
    }
    return Math.max(here.length, wanted.length) - run.length;
  }

  document.addEventListener("live", (event) => {
    const told = event.detail.querySelector("[data-order-of-rows]")?.dataset.orderOfRows;
    if (told === undefined) return;
    const moved = outOfPlace(keys(), told.split(" ").filter(Boolean));
    pill.hidden = moved === 0;
    if (moved) pill.querySelector("[data-moved-words]").textContent = words(pill, moved);
  });

  async function apply() {
    table.setAttribute("aria-busy", "true");
    try {
      const page = await fetched(location.href);
      const fresh = [...page.querySelectorAll("[data-rows] > tr")];
      const looked = panel().dataset.keyOf;
      const picked = new Set([...table.querySelectorAll("input[name=row]:checked")].map((box) => box.value));
      table.replaceChildren(...fresh.map((row) => document.adoptNode(row)));
      for (const box of table.querySelectorAll("input[name=row]")) box.checked = picked.has(box.value);
      pill.hidden = true;
      mark(looked);
      count();
      table.querySelector("th a")?.focus({ preventScroll: true });
    } catch {
      location.reload();
    } finally {
      table.removeAttribute("aria-busy");
    }
  }
  pill.querySelector("[data-moved-apply]").addEventListener("click", apply);
  mark(panel().dataset.keyOf);
})();
