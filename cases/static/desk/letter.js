/* The appeal letter: a tick that stands for words falls when they change. Works without it. */
(() => {
  "use strict";
  const form = document.querySelector("form.letter-form");
  if (!form) return;
  const say = (words) => {
    const place = document.getElementById("pa-said");
    if (place) place.textContent = words;
  };
  form.addEventListener("input", (event) => {
    if (!event.target.matches("textarea, .letter-top input")) return;
    const tick = event.target.closest(".letter-part")?.querySelector("[data-stands]");
    if (!tick) return;
    tick.value = "on"; // set again, it is for the words as they stand then
    if (!tick.checked) return;
    tick.checked = false;
    say("Tick again that you stand for these words");
  });
})();
