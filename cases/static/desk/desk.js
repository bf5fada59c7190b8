/* The desk: copy buttons and keys. No inline code, no eval, works without it. */
(() => {
  "use strict";
  const say = (text) => {
    const place = document.getElementById("pa-said");
    if (place) { place.textContent = ""; place.textContent = text; }
  };

  async function copy(button) {
    const text = button.dataset.paCopy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Browsers allow the clipboard on https and localhost only.
      const field = document.createElement("textarea");
      field.value = text;
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      if (!done) { say("Could not copy. Select the text and copy it."); return; }
    }
    say(`${button.dataset.paName || "Text"} copied`);
    const before = button.textContent;
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = before; }, 1500);
  }

  const isTyping = (element) => element.isContentEditable
    || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName)
    || Boolean(element.closest("[role=combobox], [role=listbox], .select2-container"));

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-pa-copy]");
    if (button) { copy(button); return; }
    if (event.target.closest("[data-pa-keys]")) { help.showModal(); return; }
    // A menu closes when something else is clicked.
    for (const menu of document.querySelectorAll(".pa-menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  /* Lists: j and k go from row to row, and until they do, Enter opens the first. */
  const rowLinks = () => [...document.querySelectorAll(".pa-work tbody tr")]
    .map((row) => row.querySelector("a[href]")).filter(Boolean);
  const goToRow = (step) => {
    const links = rowLinks();
    const at = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
    const link = links[at < 0 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1)];
    if (!link) return;
    link.focus();
    link.closest("tr").scrollIntoView({ block: "nearest" });
  };

  /* Whoever speaks to the computer, or strikes keys unawares, turns single keys off (WCAG 2.1.4). */
  const help = document.getElementById("pa-keys");
  const haveKeys = document.getElementById("pa-keys-on");
  const areKeysOn = () => {
    try { return localStorage.getItem("pa-keys") !== "off"; } catch { return true; }
  };
  if (haveKeys) {
    haveKeys.checked = areKeysOn();
    haveKeys.addEventListener("change", () => {
      localStorage.setItem("pa-keys", haveKeys.checked ? "on" : "off");
    });
  }

  // All rows of one part at once; pressed again, none of them.
  for (const button of document.querySelectorAll("[data-pa-tick]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const boxes = [...button.closest("section").querySelectorAll('[name="row"]')];
      const isOn = boxes.some((box) => !box.checked);
      for (const box of boxes) box.checked = isOn;
      say(isOn ? `${boxes.length} rows ticked` : "No row of this part is ticked");
    });
  }

  // What folds on a narrow screen stands open on a wide one, where it has no summary to press.
  const wide = window.matchMedia("(min-width: 901px)");
  const unfold = () => {
    for (const fold of document.querySelectorAll("[data-pa-unfold]")) fold.open = wide.matches;
  };
  wide.addEventListener("change", unfold);
  unfold();

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll(".pa-menu[open]")) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && event.target === document.body) { rowLinks()[0]?.click(); return; }
    if (!areKeysOn()) return;
    if (event.key === "?" && help) { event.preventDefault(); help.showModal(); return; }
    if (event.key === "x") {
      const box = document.activeElement.closest("tr")?.querySelector('[name="row"]');
      if (box) { box.checked = !box.checked; say(box.checked ? "Ticked" : "Not ticked"); return; }
    }
    if (event.key === "j") { goToRow(1); return; }
    if (event.key === "k") { goToRow(-1); return; }
    const target = document.querySelector(`[data-pa-key="${CSS.escape(event.key)}"]`);
    if (!target) return;
    event.preventDefault();
    event.stopPropagation();  // a list of the skin has a box of its own that listens for "/"
    if (isTyping(target)) { target.focus(); target.select(); } else { target.click(); }
  });
})();
