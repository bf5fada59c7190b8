/* Small helps for the step pages. Everything works without this file; no inline code, no eval. */
(() => {
  "use strict";
  const form = document.querySelector("form.step-form");
  document.documentElement.classList.add("step-live");

  /* ---- copy buttons */
  const say = (words) => {
    const place = document.getElementById("pa-said");
    if (place) place.textContent = words;
  };
  const copyText = async (text) => {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const box = document.createElement("textarea");
    box.value = text;
    box.className = "pa-sr";
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await copyText(button.dataset.copy);
    const label = button.firstChild;
    const before = label.textContent;
    label.textContent = "Copied";
    say("Copied");
    setTimeout(() => { label.textContent = before; }, 1200);
  });
  if (!form) return;

  /* ---- fill a date */
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill]");
    if (!button) return;
    const day = document.getElementById(button.dataset.fill);
    day.value = button.dataset.on;
    const time = document.getElementById(`${button.dataset.fill}_time`);
    if (time && button.dataset.time) time.value = button.dataset.time;
    if (button.dataset.fill === "id_promised_by") {
      const promise = document.getElementById("id_promise");
      if (promise && !promise.value) promise.value = "Decision";
    }
    day.dispatchEvent(new Event("input", { bubbles: true }));
  });

  /* ---- this minute, on the clinic's clock */
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-now]");
    if (!button) return;
    const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: button.dataset.zone, dateStyle: "short", timeStyle: "short" }).format(new Date());
    const [on, time] = parts.split(" ");
    const day = document.getElementById(button.dataset.now);
    day.value = on;
    document.getElementById(`${button.dataset.now}_time`).value = time;
    day.dispatchEvent(new Event("input", { bubbles: true }));
    say(`Set to ${time}`);
  });

  /* ---- parts that show only when they matter */
  const valueOf = (name) => {
    const field = form.elements[name];
    if (!field) return null;
    if (field instanceof RadioNodeList) return field.value;
    if (field.type === "checkbox" || field.type === "radio") return field.checked ? field.value : "";
    return field.value.trim();
  };
  const showParts = () => {
    for (const part of document.querySelectorAll("[data-when]")) {
      const [name, values] = part.dataset.when.split("=");
      const now = valueOf(name);
      const holdsError = part.querySelector(".errors");
      const fits = (value) => value.endsWith("*") ? now.startsWith(value.slice(0, -1)) : value === now;
      part.hidden = now !== null && !values.split("|").some(fits) && !holdsError;
    }
  };
  form.addEventListener("change", showParts);
  form.addEventListener("input", showParts);

  /* ---- the first thing to mend */
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".step-summary a[href^='#']");
    if (!link) return;
    const field = document.getElementById(link.getAttribute("href").slice(1));
    if (!field) return;
    event.preventDefault();
    const folded = field.closest("details");
    if (folded) folded.open = true;
    field.focus();
    field.scrollIntoView({ block: "center" });
  });

  /* ---- a half-typed form survives a reload of this window, and no longer than it */
  const key = form.dataset.keep && `step:${form.dataset.keep}`;
  const SKIP = new Set(["csrfmiddlewaretoken", "_clinic", "version", "seen", "of"]);
  const kept = () => {
    const values = {};
    for (const field of form.elements) {
      if (!field.name || SKIP.has(field.name) || field.type === "file" || field.type === "submit" || field.type === "button") continue;
      if ((field.type === "radio" || field.type === "checkbox") && !field.checked) continue;
      (values[field.name] ||= []).push(field.value);
    }
    return values;
  };
  const putBack = (values) => {
    for (const field of form.elements) {
      if (!field.name || SKIP.has(field.name) || field.type === "file" || field.type === "submit" || field.type === "button") continue;
      const has = values[field.name];
      if (field.type === "radio" || field.type === "checkbox") field.checked = Boolean(has && has.includes(field.value));
      else if (has) field.value = has[0];
    }
  };
  if (key && !form.querySelector("input[type=file]:not([data-optional])")) {
    const saved = new Set((form.dataset.saved || "").split(" "));
    let draft = null;
    try { draft = JSON.parse(sessionStorage.getItem(key) || "null"); } catch { draft = null; }
    if (draft && saved.has((draft.token || [""])[0])) {
      sessionStorage.removeItem(key);
      draft = null;
    }
    if (draft && form.dataset.fresh === "1") {
      putBack(draft);
      const note = form.querySelector("[data-draft]");
      if (note) note.hidden = false;
    }
    let waiting;
    const keep = () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => sessionStorage.setItem(key, JSON.stringify(kept())), 150);
    };
    form.addEventListener("input", keep);
    form.addEventListener("change", keep);
    form.addEventListener("submit", () => { clearTimeout(waiting); sessionStorage.setItem(key, JSON.stringify(kept())); });
    form.addEventListener("click", (event) => {
      if (!event.target.closest("[data-drop]")) return;
      sessionStorage.removeItem(key);
      location.reload();
    });
  }
  showParts();

  /* ---- one press records once */
  form.addEventListener("submit", (event) => {
    if (event.submitter && event.submitter.hasAttribute("formaction")) return; // makes a paper, records nothing
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 4000);
  });
  addEventListener("pageshow", () => { delete form.dataset.sent; });

  /* ---- minutes of a call since the page was opened */
  const minutes = form.querySelector("[data-elapsed]");
  if (minutes) {
    const opened = Date.now();
    const button = document.createElement("button");
    button.type = "button";
    button.className = "pa-button step-small";
    button.dataset.sinceOpened = "";
    const show = () => { button.textContent = `Use ${Math.max(1, Math.round((Date.now() - opened) / 60000))} min, the time since this page was opened`; };
    button.addEventListener("click", () => {
      minutes.value = Math.max(1, Math.round((Date.now() - opened) / 60000));
      minutes.dispatchEvent(new Event("input", { bubbles: true }));
    });
    minutes.after(button);
    show();
    setInterval(show, 15000);
  }

  /* ---- asking the server: it answers with codes, never with patients in an address */
  const ask = async (url, values) => {
    const body = new URLSearchParams(values);
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token }, credentials: "same-origin" });
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
    return answer.json();
  };
  const later = (work, pause) => {
    let waiting;
    return (...args) => { clearTimeout(waiting); waiting = setTimeout(() => work(...args), pause); };
  };

  /* ---- reasons that the letter's words suggest */
  const letter = form.querySelector("[data-suggests]");
  if (letter) {
    const suggest = later(async () => {
      let ids = [];
      try { ids = (await ask(form.dataset.reasons, { words: letter.value })).reasons; } catch { return; }
      for (const box of form.querySelectorAll("input[name=reasons]")) {
        box.closest(".step-tick").classList.toggle("step-suggested", ids.includes(box.value));
      }
      if (ids.length) say(`${ids.length} reasons suggested below`);
    }, 300);
    letter.addEventListener("input", suggest);
    if (letter.value) suggest();
  }

  /* ---- diagnosis codes checked while they are typed */
  for (const box of form.querySelectorAll("[data-diagnosis]")) {
    const says = document.getElementById(`${box.id}_says`);
    const list = document.getElementById(`${box.id}_list`);
    const look = later(async () => {
      const text = box.value.trim();
      if (text.length < 2) { if (says) says.textContent = ""; return; }
      let found;
      try { found = await ask(form.dataset.diagnoses, { text, on: valueOf("planned_start_on_on") || "" }); } catch { return; }
      if (box.value.trim() !== text) return;
      list.replaceChildren(...found.codes.map((code) => {
        const option = document.createElement("option");
        option.value = code.code;
        option.label = `${code.code} ${code.title}${code.hint ? ` (${code.hint})` : ""}`;
        return option;
      }));
      says.textContent = found.said;
      says.classList.toggle("step-bad", !found.is_right);
    }, 200);
    box.addEventListener("input", look);
    if (box.value) look();
  }

  /* ---- patients found while a name is typed */
  const finder = form.querySelector("[data-finds]");
  const results = document.getElementById("step-found");
  if (finder && results) {
    const find = later(async () => {
      const text = finder.value.trim();
      if (text.length < 2) return;
      let found;
      try { found = await ask(form.dataset.patients, { text }); } catch { return; }
      if (finder.value.trim() !== text) return;
      const chosen = valueOf("who");
      for (const old of results.querySelectorAll("li:not([data-stays])")) old.remove();
      const stays = results.querySelector("li[data-stays]");
      for (const each of found.found) {
        if (results.querySelector(`input[value="${CSS.escape(each.key)}"]`)) continue; // it stays there
        const row = document.createElement("li");
        const label = document.createElement("label");
        label.className = "step-tick";
        const radio = document.createElement("input");
        Object.assign(radio, { type: "radio", name: "who", value: each.key, checked: each.key === chosen });
        const words = document.createElement("span");
        words.textContent = each.label;
        label.append(radio, words);
        row.append(label);
        results.insertBefore(row, stays);
      }
      document.getElementById("step-nobody").hidden = found.found.length > 0;
      say(found.found.length ? `${found.found.length} found` : "Nobody found");
    }, 250);
    finder.addEventListener("input", find);
    finder.addEventListener("keydown", (event) => {
      if (event.key === "Enter") { event.preventDefault(); find(); }
    });
  }
})();
