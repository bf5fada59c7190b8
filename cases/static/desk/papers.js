/* A fax or letter: chosen, dropped or pasted, it is sent at once; a click makes its pages larger.
   Works without this file. */
(() => {
  "use strict";
  const pages = document.querySelector(".paper-pages");
  if (pages) {
    pages.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const box = link.getBoundingClientRect();
      const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
      pages.classList.toggle("paper-large");
      const now = link.getBoundingClientRect();
      const view = pages.getBoundingClientRect();
      // What was clicked stays in the middle.
      pages.scrollLeft += now.left + x * now.width - view.left - view.width / 2;
      pages.scrollTop += now.top + y * now.height - view.top - view.height / 2;
    });
  }
  // A page is refused while the server opens other papers: ask again, a few times.
  const says = (picture, words) => {
    picture.dataset.alt = picture.dataset.alt || picture.alt;
    picture.alt = `${picture.dataset.alt}${words}`;
  };
  if (pages) {
    pages.addEventListener("error", (event) => {
      const picture = event.target;
      const asked = Number(picture.dataset.asked || 0);
      if (asked === 5) return says(picture, ": it cannot be shown now. Reload the page in a moment, or download the letter.");
      picture.dataset.asked = asked + 1;
      says(picture, ": not drawn yet. It is asked for again in a moment.");
      setTimeout(() => { picture.src = picture.getAttribute("src"); }, 5000);
    }, true);
    pages.addEventListener("load", (event) => says(event.target, ""), true);
  }
  const form = document.querySelector("[data-paper-drop]");
  if (!form) return;
  const box = form.querySelector("input[type=file]");
  const told = form.querySelector("[data-paper-says]");
  const send = () => {
    const file = box.files[0];
    if (!file) return;
    if (file.size > Number(box.dataset.most)) {
      told.textContent = `This file has ${Math.round(file.size / 1048576)} MB: too large. Scan it at a lower quality, or split it.`;
      box.value = "";
      return;
    }
    told.textContent = "Reading it …";
    form.requestSubmit();
  };
  const take = (files) => {
    if (!files.length) return;
    const one = new DataTransfer();
    one.items.add(files[0]);
    box.files = one.files;
    send();
  };
  document.addEventListener("change", (event) => {
    if (event.target !== box) return;
    event.stopPropagation(); // the skin's own listener looks for a text box beside it
    send();
  }, true);
  document.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("paper-over"); });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) form.classList.remove("paper-over"); });
  document.addEventListener("drop", (event) => { event.preventDefault(); form.classList.remove("paper-over"); take(event.dataTransfer.files); });
  document.addEventListener("paste", (event) => { if (event.clipboardData.files.length) { event.preventDefault(); take(event.clipboardData.files); } });
})();
