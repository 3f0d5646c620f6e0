// Small courtesies of every page: ages that grow, code that can be copied, menus that close, focus on the error summary.
// Everything works without this file.
"use strict";
(() => {
  const words = document.currentScript.dataset;

  function age(seconds) {
    if (seconds < 5) return words.now;
    if (seconds < 60) return words.s.replace("%n", Math.floor(seconds));
    if (seconds < 3600) return words.min.replace("%n", Math.floor(seconds / 60));
    if (seconds < 48 * 3600) return words.h.replace("%n", Math.floor(seconds / 3600));
    return words.d.replace("%n", Math.floor(seconds / 86400));
  }

  // The server says what time it is: a browser whose clock is wrong still shows true ages.
  const skew = Date.parse(words.time) - Date.now();

  function grow() {
    if (document.hidden) return;
    for (const time of document.querySelectorAll("time[data-ago]")) {
      const text = age((Date.now() + skew - Date.parse(time.dateTime)) / 1000);
      if (time.textContent !== text) time.textContent = text;
    }
  }

  // What happens within the minute is counted down to; later than that, and once it is over, the clock time says it.
  function countDown() {
    if (document.hidden) return;
    for (const time of document.querySelectorAll("time[data-until]")) {
      time.dataset.at ??= time.textContent;
      const left = Math.ceil((Date.parse(time.dateTime) - Date.now() - skew) / 1000);
      time.textContent = left > 0 && left <= 60 ? time.dataset.until.replace("%n", left) : time.dataset.at;
    }
  }
  setInterval(countDown, 1000);
  setInterval(grow, 5000);
  document.addEventListener("visibilitychange", grow);
  document.addEventListener("grow", grow);

  // Where rooms, tabs or steps scroll sideways, the one that is open stays in view.
  function showOpen() {
    for (const list of document.querySelectorAll(".nav, .tabs, .steps")) {
      const open = list.querySelector("[aria-current]");
      if (open && list.scrollWidth > list.clientWidth) list.scrollLeft += open.getBoundingClientRect().left - list.getBoundingClientRect().left - list.clientWidth / 3;
    }
  }
  addEventListener("resize", showOpen);
  showOpen();

  function say(text) {
    const region = document.getElementById("live-region");
    if (region) region.textContent = text;
  }

  // Copy buttons may come with a part that is swapped in later: one listener, and CSS shows them once scripts run.
  document.documentElement.dataset.copy = navigator.clipboard ? "yes" : "no";
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("button[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).innerText);
    const word = button.querySelector("span");
    const before = word.textContent;
    word.textContent = words.copied;
    say(words.copied);
    setTimeout(() => { word.textContent = before; }, 2000);
  });

  const menus = () => document.querySelectorAll("details[data-menu]");
  document.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      if (!menu.open) continue;
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  document.querySelector("[data-focus-first]")?.focus();

  // A form is sent once: the second click of a double click finds the button busy.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, 4000);
  });
  // What was done here is seen at once in this browser's other tabs: the page that answers tells them.
  document.addEventListener("submit", (event) => {
    if (event.target.method === "post" && !event.defaultPrevented) sessionStorage.setItem("acted", "yes");
  });
  if (sessionStorage.getItem("acted")) {
    sessionStorage.removeItem("acted");
    const others = new BroadcastChannel("acts");
    others.postMessage("acted");
    others.close();
  }

  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
})();
