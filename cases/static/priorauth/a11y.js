/* What the skin leaves out for keyboards and screen readers. Nothing inline, nothing evaluated. */
(() => {
  "use strict";

  const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]";
  const CLICK_ATTRIBUTES = ["x-on:click", "@click", "x-on:click.stop", "@click.stop", "x-on:click.prevent", "@click.prevent"];
  const CLICKABLE = CLICK_ATTRIBUTES.map((name) => `[${CSS.escape(name)}]`).join(",");
  const ICON_NAMES = {
    dock_to_right: "Menu",
    left_panel_open: "Menu",
    unfold_more: "Account and sign-out",
    close: "Close",
    more_vert: "More",
  };
  const words = (element) => (element?.textContent || "").replace(/\s+/g, " ").trim();
  const bare = (label) => label.replace(/[*:]\s*$/, "").trim();

  /* The skin writes the name of a chosen file into a box of its own beside the field, and fails where
     there is none. It leaves alone what is marked as seen to. */
  addEventListener("DOMContentLoaded", () => {
    for (const input of document.querySelectorAll("input[type=file]")) {
      const around = input.parentNode?.parentNode?.parentNode;
      if (!around?.querySelector("input[type=text]")) input.hasChangeListener = true;
    }
  });

  /* An element that only answers the mouse gets a place in the tab order, a role, a name, and keys. */
  function reachable(element) {
    if (element.dataset.paReached || element.matches(FOCUSABLE) || element.closest("a[href], button")) return;
    if (element.querySelector(":scope > a[href], :scope > button")) return;
    const box = element.getBoundingClientRect();
    if (box.width > innerWidth * 0.9 && box.height > innerHeight * 0.9) return; // a backdrop
    element.dataset.paReached = "1";
    element.tabIndex = 0;
    if (!element.hasAttribute("role")) element.setAttribute("role", "button");
    const icon = element.matches(".material-symbols-outlined") ? element : element.querySelector(".material-symbols-outlined");
    if (icon && words(element) === words(icon) && !element.hasAttribute("aria-label")) {
      element.setAttribute("aria-label", element.title || ICON_NAMES[words(icon)] || words(icon).replace(/_/g, " "));
    }
    element.addEventListener("keydown", (event) => {
      if (event.target !== element || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      element.click();
    });
  }

  /* Icon fonts are words to a screen reader: hide those that stand beside a text. */
  function quietIcons() {
    for (const icon of document.querySelectorAll(".material-symbols-outlined:not([aria-hidden]):not([tabindex])")) {
      const holder = icon.closest("a, button, [role=button], label, li, h1, h2") || icon.parentElement;
      if (holder && words(holder) !== words(icon)) icon.setAttribute("aria-hidden", "true");
      else if (holder?.matches("a, button") && !holder.hasAttribute("aria-label")) {
        holder.setAttribute("aria-label", holder.title || ICON_NAMES[words(icon)] || words(icon).replace(/_/g, " "));
      }
    }
  }

  /* Fields in rows of a table are named by their column. */
  function nameFieldsInTables() {
    for (const cell of document.querySelectorAll("td[data-label]")) {
      for (const input of cell.querySelectorAll("input:not([type=hidden]), select, textarea")) {
        if (input.labels?.length || input.hasAttribute("aria-label")) continue;
        input.setAttribute("aria-label", bare(cell.dataset.label || "") || input.name);
      }
    }
    for (const input of document.querySelectorAll("td.delete input[type=checkbox]:not([aria-label])")) {
      if (!input.labels?.length) input.setAttribute("aria-label", "Delete this row");
    }
  }

  function nameSearchBoxes() {
    for (const box of document.querySelectorAll(".select2-selection[role=combobox]")) {
      const select = box.closest(".select2")?.previousElementSibling;
      if (!select?.matches("select")) continue;
      const label = words(select.labels?.[0]) || select.getAttribute("aria-label") || select.name.replace(/.*-/, "").replace(/_/g, " ");
      const chosen = words(box.querySelector(".select2-selection__rendered")).replace(/^×/, "");
      box.removeAttribute("aria-labelledby");
      box.setAttribute("aria-label", `${bare(label)}: ${chosen || "nothing chosen"}`);
      const shown = box.querySelector(".select2-selection__rendered");
      shown?.removeAttribute("role");
      shown?.removeAttribute("aria-readonly");
    }
  }

  /* Errors and help are read with their field. */
  function tieErrors() {
    let number = 0;
    for (const wrong of document.querySelectorAll(".errors")) {
      const input = wrong.querySelector("input:not([type=hidden]), select, textarea");
      const said = wrong.querySelector(".text-red-600:not(span)");
      if (!input || !said || input.hasAttribute("aria-invalid")) continue;
      said.id = said.id || `pa-error-${(number += 1)}`;
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") || ""} ${said.id}`.trim());
    }
  }

  function landmarks() {
    const main = document.getElementById("content") || document.getElementById("main");
    if (!main || document.querySelector(".pa-skip")) return;
    main.tabIndex = -1;
    if (!main.closest("main") && !main.querySelector("main")) main.setAttribute("role", "main");
    const link = document.createElement("a");
    link.className = "pa-skip";
    link.href = `#${main.id}`;
    link.textContent = "Skip to the page";
    document.body.prepend(link);
    document.getElementById("nav-sidebar-inner")?.setAttribute("aria-label", "Menu");
    for (const here of document.querySelectorAll("#nav-sidebar a.active")) here.setAttribute("aria-current", "page");
  }

  function run() {
    for (const element of document.querySelectorAll(CLICKABLE)) reachable(element);
    quietIcons();
    nameFieldsInTables();
    nameSearchBoxes();
    tieErrors();
  }

  function start() {
    landmarks();
    run();
    let waiting;
    new MutationObserver(() => {
      clearTimeout(waiting);
      waiting = setTimeout(run, 60);
    }).observe(document.body, { childList: true, subtree: true });
  }

  if (document.readyState === "complete") start();
  else addEventListener("load", start);
})();
