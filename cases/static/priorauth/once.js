/* A record's form is sent once: a second click while the first is under way does nothing. */
(() => {
  "use strict";
  const AGAIN = 4000; // after so long without an answer it may be tried again
  const sent = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || !form.id.endsWith("_form")) return;
    if (sent.has(form)) { event.preventDefault(); return; }
    sent.add(form);
    setTimeout(() => sent.delete(form), AGAIN);
    addEventListener("pageshow", () => sent.delete(form), { once: true }); // come back to
  });
})();
