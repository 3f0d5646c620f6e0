// Counts down the seconds in which a decision can still be undone. Without this file the page says the moment in words.
"use strict";
(() => {
  const skew = Date.parse(document.querySelector("script[data-time]").dataset.time) - Date.now();

  function count() {
    for (const place of document.querySelectorAll("[data-until]")) {
      const left = Math.max(0, Math.ceil((Date.parse(place.dataset.until) - Date.now() - skew) / 1000));
      const text = place.dataset.words.replace("%n", left);
      if (place.textContent !== text) place.textContent = text;
    }
  }
  setInterval(count, 500);
  count();
})();
