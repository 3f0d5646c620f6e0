// Saves the draft as one types, keeps the page beside the fields up to date, and says so when it cannot. The form works
// the same without this file: its buttons save too.
"use strict";
(() => {
  const words = document.currentScript.dataset;
  const form = document.getElementById("step-form");
  if (!form) return;
  const PAUSE = 800, FIRST = 2000, SLOWEST = 30000;
  const version = form.elements.namedItem("version");
  const part = (name) => document.querySelector(`[data-live-part="${name}"]`);
  // Typing is counted: what was typed while a save was on its way is not saved by its answer.
  let typed = 0, saved = 0, saving = null, timer = 0, pause = FIRST, unreachable = false, halted = false, leaving = false;

  // Names this page, so that a save whose answer was lost is known for its own when it is sent again.
  const page = document.createElement("input");
  page.type = "hidden";
  page.name = "window";
  page.value = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  form.append(page);

  function say(text) {
    const region = document.getElementById("live-region");
    if (region && region.textContent !== text) region.textContent = text;
  }

  function tell(state, text) {
    const place = part("saved");
    if (!place) return;
    place.dataset.state = state;
    place.textContent = text;
  }

  // ---- Fields: told once they were changed and left, never before ------------------------------------------------------
  const changed = new Set(), left = new Set();

  function errorOf(name) { return document.getElementById(`id_${name}_error`); }

  function tie(holder, id, wrong) {
    const ids = new Set((holder.getAttribute("aria-describedby") || "").split(" ").filter(Boolean));
    if (wrong) ids.add(id); else ids.delete(id);
    if (ids.size) holder.setAttribute("aria-describedby", [...ids].join(" ")); else holder.removeAttribute("aria-describedby");
  }

  function mark(name, wrong) {
    for (const control of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (wrong) control.setAttribute("aria-invalid", "true"); else control.removeAttribute("aria-invalid");
      tie(control.closest("fieldset") ?? control, `id_${name}_error`, wrong);
    }
  }

  function paragraph(kind, text) {
    const made = document.createElement("p");
    made.className = kind;
    made.textContent = text;
    return made;
  }

  function showField(name, problems) {
    const holder = form.querySelector(`[name="${CSS.escape(name)}"]`)?.closest(".field");
    const wrong = problems.find((one) => one.severity === "block");
    let place = errorOf(name);
    if (!place && !left.has(name)) return;
    if (!wrong) { place?.remove(); mark(name, false); }
    else if (place) place.textContent = wrong.text;
    else if (holder) {
      place = paragraph("field__error", wrong.text);
      place.id = `id_${name}_error`;
      holder.append(place);
      mark(name, true);
    }
    if (!holder) return;
    for (const old of holder.querySelectorAll(".field__note, .field__mends")) old.remove();
    for (const { text, severity } of problems.filter((one) => one.severity !== "block")) {
      const note = paragraph("field__note", text);
      note.dataset.severity = severity;
      holder.append(note);
    }
    const mends = problems.flatMap((one) => one.mends);
    if (!mends.length) return;
    const row = paragraph("field__mends", "");
    for (const { act, label } of mends) {
      row.append(Object.assign(document.createElement("button"), { className: "button button--small", name: "act", value: act, textContent: label }));
    }
    holder.append(row);
  }

  function showFields(problems) {
    const shown = [...form.querySelectorAll(".field__error")].map((one) => one.id.replace(/^id_|_error$/g, ""));
    for (const name of new Set([...left, ...shown])) showField(name, problems.filter((one) => one.field === name));
  }

  // ---- Parts beside the fields: never swapped under a finger that is on its way down to one of them ----------------------
  let pressing = false, waiting = null;

  function swap(parts) {
    if (pressing) { waiting = parts; return; }
    for (const [name, html] of Object.entries(parts)) {
      const old = part(name);
      if (!old || old.contains(document.activeElement)) continue;
      const fresh = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
      if (!fresh) continue;
      const open = new Set([...old.querySelectorAll("details[open][id]")].map((one) => one.id));
      for (const one of fresh.querySelectorAll("details[id]")) one.open = open.has(one.id);
      old.replaceWith(document.adoptNode(fresh));
    }
  }

  document.addEventListener("pointerdown", () => { pressing = true; });
  for (const over of ["pointerup", "pointercancel"]) {
    // After the click that the release makes.
    document.addEventListener(over, () => setTimeout(() => {
      pressing = false;
      if (waiting) { swap(waiting); waiting = null; }
    }));
  }

  // ---- Saving ------------------------------------------------------------------------------------------------------
  async function send() {
    const upTo = typed;
    tell("saving", words.saving);
    let answer;
    try {
      answer = await fetch(form.action, {
        method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" }, redirect: "manual",
      });
      if (answer.status === 409) { overtaken(await answer.json()); return; }
      // Signed out: the server keeps what was posted, and shows it again after the sign-in.
      if (answer.type === "opaqueredirect") { stop("out", words.out); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      const heard = await answer.json();
      version.value = heard.version;
      saved = upTo;
      swap(heard.parts);
      showFields(heard.problems);
      if (unreachable) say(words.back);
      unreachable = false;
      pause = FIRST;
    } catch {
      if (!unreachable) say(words.failing);
      unreachable = true;
      tell("failing", words.failing);
      timer = setTimeout(save, pause);
      pause = Math.min(SLOWEST, pause * 2);
    }
  }

  function save() {
    clearTimeout(timer);
    if (halted || typed === saved) return saving ?? Promise.resolve();
    saving ??= send().finally(() => {
      saving = null;
      if (typed !== saved && !unreachable && !halted) timer = setTimeout(save, PAUSE);
    });
    return saving;
  }

  function stop(state, text) {
    halted = true;
    tell(state, text);
    say(text);
  }

  function overtaken(heard) {
    if (heard.order) {
      const notice = document.querySelector("[data-ordered]");
      notice.querySelector("[data-ordered-words]").textContent = heard.words;
      notice.querySelector("[data-ordered-link]").href = heard.order;
      notice.hidden = false;
      saved = typed;
      stop("changed", heard.words);
      return;
    }
    const notice = document.querySelector("[data-overtaken]");
    notice.querySelector("[data-overtaken-words]").textContent = heard.words;
    notice.dataset.version = heard.version;
    notice.hidden = false;
    stop("changed", words.changed);
  }

  document.querySelector("[data-keep-mine]")?.addEventListener("click", () => {
    const notice = document.querySelector("[data-overtaken]");
    version.value = notice.dataset.version;
    notice.hidden = true;
    halted = false;
    typed += 1;
    save();
  });
  document.querySelector("[data-load-theirs]")?.addEventListener("click", () => { leaving = true; });

  // ---- When ----------------------------------------------------------------------------------------------------------
  form.addEventListener("input", (event) => {
    typed += 1;
    if (event.target.name) changed.add(event.target.name);
    clearTimeout(timer);
    if (!unreachable) timer = setTimeout(save, PAUSE);
  });
  form.addEventListener("change", (event) => {
    const { name, type } = event.target;
    if (type === "radio" || type === "checkbox" || type === "select-one") left.add(name);
    // What these say changes which fields there are: the page is made anew.
    if (name === "same" || name === "owner") form.querySelector("[data-apply]")?.click();
    else if (!unreachable) save();
  });
  form.addEventListener("focusout", (event) => {
    if (!changed.has(event.target.name)) return;
    left.add(event.target.name);
    if (!unreachable) save();
  });
  window.addEventListener("online", () => { pause = FIRST; save(); });
  document.addEventListener("save-now", () => { typed += 1; save(); });

  // The list of steps may have been swapped meanwhile: the same button is another element then.
  function press(button) {
    const same = (one) => one.type === "submit" && one.name === button.name && one.value === button.value;
    form.requestSubmit(!button || button.isConnected ? button : [...form.elements].find(same));
  }

  form.addEventListener("submit", (event) => {
    const submitter = event.submitter;
    // One save at a time, or the second would find itself overtaken by the first.
    if (saving) {
      event.preventDefault();
      saving.then(() => press(submitter));
      return;
    }
    // Nobody is sent to the browser's page about a lost connection: what was typed would be gone.
    if (unreachable && typed !== saved) {
      event.preventDefault();
      save().then(() => { if (!unreachable) press(submitter); });
      return;
    }
    clearTimeout(timer);
    leaving = true;
  });
  window.addEventListener("beforeunload", (event) => { if (typed !== saved && !leaving) event.preventDefault(); });
  window.addEventListener("pageshow", () => { leaving = false; });
})();
