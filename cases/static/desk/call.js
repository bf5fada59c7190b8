/* A half-typed call is kept by the server while it is typed. Nothing of it stays in the browser. */
(() => {
  "use strict";
  const form = document.querySelector("form.step-form[data-keeps-at]");
  if (!form) return;
  const says = form.querySelector("[data-keeps-says]");
  const PAUSE = 700;
  const AGAIN = 5000;
  const TWICE = 2000; // a second click on the same press
  const SURE = 5 * 60000; // after so long without a word from the server the session is asked for first
  const SIGNED_OUT = "Not saved: sign in again in another tab. Nothing is lost: what you typed stays here and is saved as soon as you are back.";
  const NO_LINE = "Not saved: the server cannot be reached. Nothing is lost as long as this page stays open; it keeps trying.";
  let waiting;
  let isDirty = false;
  let isSaving = false;
  let isStopped = false;
  let sentAt = 0;
  let trouble = "";
  let heardAt = Date.now();
  // The version this page has before it, where the server counts them: what is sent from an older
  // one is refused, so one save waits for the answer to the last, and a press for both.
  const seen = form.elements.seen;

  // Signing in again draws a new token; the cookie has it, this page has the old one.
  const token = () => {
    const cookie = document.cookie.split("; ").find((each) => each.startsWith("priorauth_csrf="));
    return cookie ? cookie.split("=")[1] : form.elements.csrfmiddlewaretoken.value;
  };
  const post = (isLast) => {
    const body = new URLSearchParams({ _staff: form.dataset.writer });
    for (const [name, value] of new FormData(form)) {
      if (value && typeof value === "string" && name !== "csrfmiddlewaretoken") body.append(name, value);
    }
    isDirty = false;
    return fetch(form.dataset.keepsAt, {
      method: "POST", body, headers: { "X-CSRFToken": token() },
      credentials: "same-origin", redirect: "manual", keepalive: isLast,
    });
  };
  const tell = (words) => {
    says.textContent = words;
    says.classList.toggle("step-bad", Boolean(trouble));
  };
  let saving = Promise.resolve();
  const save = (isLast = false) => {
    if (!isSaving) saving = saveNow(isLast);
    return saving;
  };
  const saveNow = async (isLast) => {
    clearTimeout(waiting);
    waiting = 0; // none is pending now: what is typed after a refusal is saved at its own time
    if (isStopped || isSaving) return;
    isSaving = true;
    let words = "";
    let isOver = true;
    try {
      const answer = await post(isLast);
      if (answer.type === "opaqueredirect" || answer.status === 403) {
        trouble = SIGNED_OUT;
        isOver = false;
      } else {
        const told = await answer.json().catch(() => ({}));
        isOver = answer.ok || Boolean(told.why);
        trouble = answer.ok ? "" : told.why || NO_LINE;
        words = told.said;
        if (seen && told.seen) seen.value = told.seen;
        heardAt = Date.now();
      }
    } catch {
      trouble = NO_LINE;
      isOver = false;
    }
    isSaving = false;
    if (isStopped) return;
    tell(trouble || words);
    if (!isOver) isDirty = true;
    if (isDirty) waiting = setTimeout(() => save(), isOver ? PAUSE : AGAIN);
  };
  const typed = () => {
    isDirty = true;
    if (trouble && waiting) return; // it is tried again at its own time
    clearTimeout(waiting);
    waiting = setTimeout(() => save(), PAUSE);
  };
  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  const leave = () => {
    if (!isDirty || isStopped) return;
    if (seen) save(true);
    else post(true).catch(() => { isDirty = true; });
  };
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(); });
  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => {
    isStopped = false;
    if (seen && event.persisted) location.reload(); // its version is an older one by now
  });
  // The last words cannot be sent before the answer to those before them is there.
  if (seen) addEventListener("beforeunload", (event) => { if (isDirty && isSaving && !isStopped) event.preventDefault(); });

  /* Whoever was signed out meanwhile must not lose the page by sending it. */
  form.addEventListener("submit", async (event) => {
    if (seen && isStopped && Date.now() - sentAt < TWICE) {
      event.preventDefault();
      return;
    }
    form.elements.csrfmiddlewaretoken.value = token();
    const isUnsure = trouble === SIGNED_OUT || trouble === NO_LINE || Date.now() - heardAt > SURE;
    const { submitter } = event;
    if (!isUnsure && !(seen && isSaving)) {
      if (seen) { // the press sends all that stands here, so nothing is sent beside it
        if (submitter?.value === "preview") return; // a download: the page stays
        clearTimeout(waiting);
        waiting = 0;
      } else {
        leave();
      }
      isStopped = true;
      sentAt = Date.now();
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    await save();
    if (isSaving || trouble === SIGNED_OUT || trouble === NO_LINE) {
      says.scrollIntoView({ block: "center" });
      return;
    }
    heardAt = Date.now();
    form.requestSubmit(submitter);
  }, true);
  document.querySelector("[data-pa-drops]")?.addEventListener("submit", (event) => {
    isStopped = true;
    event.target.elements.csrfmiddlewaretoken.value = token();
  });
})();
