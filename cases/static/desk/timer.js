/* Talk and hold of a call. What was counted stands in the form, so that it is kept with the rest. */
(() => {
  "use strict";
  const place = document.querySelector("[data-timer]");
  const form = document.querySelector("form.step-form");
  if (!place || !form) return;
  const { timer, minutes, hold_minutes: holdMinutes } = form.elements;
  const run = place.querySelector("[data-timer-run]");
  const hold = place.querySelector("[data-timer-hold]");
  const says = place.querySelector("[data-timer-says]");
  const byHand = new Set();

  // When it began, when it was stopped (0: it runs), ms held so far, since when held (0: not held).
  let [began, stopped, held, since] = [0, 0, 0, 0];
  const read = timer.value.split(",").map(Number);
  if (read.length === 4 && read.every(Number.isFinite)) [began, stopped, held, since] = read;

  const now = () => stopped || Date.now();
  const total = () => (began ? Math.max(0, now() - began) : 0);
  const onHold = () => held + (since ? Math.max(0, now() - since) : 0);
  const clock = (ms) => `${Math.floor(ms / 60000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;
  const put = (field, value) => {
    if (byHand.has(field) || field.value === String(value)) return false;
    field.value = value;
    return true;
  };
  const show = () => {
    const isRunning = began && !stopped;
    run.textContent = isRunning ? "Stop timer" : began ? "Timer goes on" : "Start timer";
    hold.hidden = !isRunning;
    hold.textContent = since ? "Back from hold" : "On hold";
    hold.setAttribute("aria-pressed", String(Boolean(since)));
    says.textContent = began ? `${clock(total())}, hold ${clock(onHold())}` : "";
    if (!began) return false;
    form.querySelector("[data-since-opened]")?.setAttribute("hidden", "");
    const whole = Math.max(1, Math.round(total() / 60000));
    const isNew = put(minutes, whole);
    return put(holdMinutes, Math.min(whole, Math.round(onHold() / 60000))) || isNew;
  };
  const keep = () => {
    timer.value = [began, stopped, held, since].join(",");
    timer.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const endHold = () => {
    held = onHold();
    since = 0;
  };
  run.addEventListener("click", () => {
    if (!began) began = Date.now();
    else if (stopped) {
      began += Date.now() - stopped; // the pause is no part of the call
      stopped = 0;
    } else {
      endHold();
      stopped = Date.now();
    }
    show();
    keep();
  });
  hold.addEventListener("click", () => {
    if (since) endHold();
    else since = Date.now();
    show();
    keep();
  });
  for (const field of [minutes, holdMinutes]) {
    field.addEventListener("input", () => byHand.add(field)); // typed: it is not counted over
  }
  place.hidden = false;
  show();
  setInterval(() => { if (began && !stopped && show()) keep(); }, 1000);
})();
