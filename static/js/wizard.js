// Hints beside what is typed: characters counted, a warning before unsaved typing is left. Nothing here is needed.
"use strict";
(() => {
  for (const input of document.querySelectorAll("[data-counter]")) {
    const most = Number(input.dataset.counter);
    const count = document.createElement("p");
    count.className = "field__count";
    count.setAttribute("aria-hidden", "true");
    const tell = () => {
      count.textContent = `${input.value.length} / ${most}`;
      count.toggleAttribute("data-over", input.value.length > most);
    };
    input.after(count);
    input.addEventListener("input", tell);
    tell();
  }

  // The current step stays in view where the list of steps scrolls sideways.
  const list = document.querySelector(".steps");
  const current = list?.querySelector("[aria-current]");
  if (current && list.scrollWidth > list.clientWidth) list.scrollLeft = current.offsetLeft - list.clientWidth / 3;

  const form = document.getElementById("step-form");
  if (!form) return;
  let typed = false;
  form.addEventListener("input", () => { typed = true; });
  form.addEventListener("submit", () => { typed = false; });
  window.addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });

  // Typing a number for a zone means that the zones are chosen.
  for (const input of form.querySelectorAll(".zones__cell input:not([type=hidden])")) {
    input.addEventListener("input", () => {
      const perZone = input.closest("tr").querySelector("input[type=radio][value=zones]");
      if (perZone && input.value) perZone.checked = true;
    });
  }
})();
