// Hints beside what is typed: characters counted, zones added up, flavors filtered; and the keys of the wizard.
// Nothing here is needed.
"use strict";
(() => {
  for (const input of document.querySelectorAll("[data-counter]")) {
    const most = Number(input.dataset.counter);
    const count = input.nextElementSibling;
    const tell = () => {
      count.textContent = `${input.value.length} / ${most}`;
      count.toggleAttribute("data-over", input.value.length > most);
    };
    input.addEventListener("input", tell);
    tell();
  }

  // ---- Keys: Ctrl+Enter goes on, Ctrl+S saves, Alt+1 to 8 jumps ------------------------------------------------------
  const form = document.getElementById("step-form");
  document.addEventListener("keydown", (event) => {
    const command = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (command && event.key === "Enter") {
      const goes = form ?? document.querySelector("form.place");
      if (goes) { event.preventDefault(); goes.requestSubmit(); }
    } else if (command && event.key.toLowerCase() === "s") {
      event.preventDefault();
      document.dispatchEvent(new Event("save-now"));
    } else if (event.altKey && !event.ctrlKey && !event.metaKey && /^Digit[1-9]$/.test(event.code)) {
      const line = document.querySelectorAll(".steps__line")[Number(event.code.slice(5)) - 1];
      if (line) { event.preventDefault(); line.click(); }
    }
  });
  if (!form) return;

  // ---- Zones: typing a number means that they are chosen; what is placed is added up ----------------------------------
  const whole = (input) => (/^[0-9]+$/.test(input.value) ? Number(input.value) : 0);
  const cells = (holder) => [...holder.querySelectorAll(".zones__cell input:not([type=hidden])")];
  // Numbers of a flavor that is left to the cloud are not sent.
  const byHand = (input) => Boolean(input.closest("tr").querySelector("input[type=radio][value=zones]:checked"));

  function addUp() {
    for (const row of form.querySelectorAll("tr[data-nodes]")) {
      const placed = cells(row).reduce((sum, input) => sum + whole(input), 0);
      const wanted = Number(row.dataset.nodes);
      const sum = row.querySelector("[data-placed]");
      if (!sum) continue;
      sum.textContent = `${placed} / ${row.dataset.nodes || "?"}`;
      const left = row.querySelector("[data-left]");
      left.textContent = !row.dataset.nodes ? "" : placed === wanted ? "✓" : (placed < wanted ? left.dataset.left : left.dataset.over).replace("%n", Math.abs(wanted - placed));
    }
    for (const total of form.querySelectorAll("[data-total]")) {
      const column = cells(form).filter((input) => input.closest("td").dataset.az === total.dataset.total && byHand(input));
      total.textContent = column.reduce((sum, input) => sum + whole(input), 0);
    }
    const all = form.querySelector("[data-total-placed]");
    if (all) all.textContent = cells(form).filter(byHand).reduce((sum, input) => sum + whole(input), 0);
  }
  for (const input of cells(form)) {
    input.addEventListener("input", () => {
      const perZone = input.closest("tr").querySelector("input[type=radio][value=zones]");
      if (perZone && input.value) perZone.checked = true;
      addUp();
    });
  }
  for (const mode of form.querySelectorAll(".zones__mode input")) mode.addEventListener("change", addUp);

  // ---- Flavors: CSS filters by what is ticked; here it is remembered, counted and said --------------------------------
  const filters = document.querySelector("[data-flavor-filters]");
  if (filters) {
    const key = `flavors ${location.pathname}`;
    const boxes = [...filters.querySelectorAll("input")];
    const none = document.querySelector("[data-no-flavor]");
    const count = () => {
      const shown = [...document.querySelectorAll(".catalog tbody tr")].filter((row) => row.checkVisibility()).length;
      if (none) none.hidden = shown > 0;
    };
    const kept = new Set((sessionStorage.getItem(key) || "").split(" "));
    for (const box of boxes) if (kept.has(box.id)) box.checked = true;
    filters.addEventListener("change", () => {
      sessionStorage.setItem(key, boxes.filter((box) => box.checked).map((box) => box.id).join(" "));
      count();
    });
    // They choose what is seen and are no typing.
    for (const kind of ["input", "change"]) filters.addEventListener(kind, (event) => event.stopPropagation());
    count();
  }
})();
