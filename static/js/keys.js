// What the keyboard does outside of fields. A key presses or focuses what is marked with it (`data-key`), so that every
// key has a control that can be seen and clicked, if only in the list; rows are walked by j and k. `?` lists them.
// Nothing here is needed.
"use strict";
(() => {
  const list = document.getElementById("keys");
  if (!list) return;
  const off = "off" in list.dataset;
  // How long the first of two letters waits for the second.
  const PATIENCE = 1200;
  let first = "", waiting = 0, cameFrom = null;

  const isTyping = (element) => element.closest?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]") != null;

  function press(key) {
    const target = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((one) => (one.checkVisibility() || list.contains(one)) && !one.disabled);
    if (!target) return false;
    if (target.matches("input:not([type=checkbox], [type=radio]), textarea, select")) { target.focus(); target.select?.(); }
    else target.click();
    return true;
  }

  const rows = () => [...document.querySelectorAll("[data-rows] > tr, [data-rows] > li")].filter((row) => row.checkVisibility());
  const opener = (row) => row.querySelector("a[data-open], th a[href], a[href]");

  function walk(step) {
    const all = rows();
    if (!all.length) return false;
    const here = all.findIndex((row) => row.contains(document.activeElement));
    const next = all[here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + step, 0), all.length - 1)];
    opener(next)?.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  function select() {
    const box = document.activeElement?.closest("[data-rows] > *")?.querySelector("input[type=checkbox]");
    box?.click();
    return Boolean(box);
  }

  function lookBeside() {
    const link = document.activeElement?.closest("[data-rows] > *")?.querySelector("a[data-beside]");
    link?.click();
    return Boolean(link);
  }

  const ours = { j: () => walk(1), k: () => walk(-1), x: select, o: lookBeside, "?": () => { list.togglePopover(); return true; } };

  function act(key) {
    return ours[key] ? ours[key]() : press(key);
  }

  document.addEventListener("keydown", (event) => {
    if (off || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isTyping(event.target) || event.key.length !== 1) return;
    // A dialog that is open has the keyboard to itself.
    if (event.key !== "?" && document.querySelector("[popover]:popover-open, dialog[open]")) return;
    clearTimeout(waiting);
    const both = first && `${first} ${event.key}`;
    first = "";
    if (both ? press(both) : act(event.key)) { event.preventDefault(); return; }
    if (!both && document.querySelector(`[data-key^="${CSS.escape(event.key)} "]`)) {
      first = event.key;
      waiting = setTimeout(() => { first = ""; }, PATIENCE);
    }
  });

  // Where a link of the list leads to is where one stays.
  list.addEventListener("click", (event) => { if (event.target.closest("a")) { cameFrom = null; list.hidePopover(); } });
  list.addEventListener("beforetoggle", (event) => { if (event.newState === "open") cameFrom = document.activeElement; });
  list.addEventListener("toggle", (event) => {
    if (event.newState === "open") list.querySelector("button")?.focus();
    else if (cameFrom?.isConnected) cameFrom.focus();
  });
})();
