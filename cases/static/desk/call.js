/* A half-typed call is kept by the server while it is typed. Nothing of it stays in the browser. */
(() => {
  "use strict";
  const form = document.querySelector("form.step-form[data-keeps-at]");
  if (!form) return;
  const says = form.querySelector("[data-keeps-says]");
  const PAUSE = 700;
  const AGAIN = 5000;
  const SURE = 5 * 60000; // after so long without a word from the server the session is asked for first
  const SIGNED_OUT = "Not saved: sign in again in another tab. Nothing is lost: what you typed stays here and is saved as soon as you are back.";
  const NO_LINE = "Not saved: the server cannot be reached. Nothing is lost as long as this page stays open; it keeps trying.";
  let waiting;
  let isDirty = false;
  let isSaving = false;
  let isStopped = false;
  let trouble = "";
  let heardAt = Date.now();

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
  const save = async () => {
    clearTimeout(waiting);
    waiting = 0; // none is pending now: what is typed after a refusal is saved at its own time
    if (isStopped || isSaving) return;
    isSaving = true;
    let words = "";
    let isOver = true;
    try {
      const answer = await post(false);
      if (answer.type === "opaqueredirect" || answer.status === 403) {
        trouble = SIGNED_OUT;
        isOver = false;
      } else {
        const told = await answer.json().catch(() => ({}));
        isOver = answer.ok || Boolean(told.why);
        trouble = answer.ok ? "" : told.why || NO_LINE;
        words = told.said;
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
    if (isDirty) waiting = setTimeout(save, isOver ? PAUSE : AGAIN);
  };
  const typed = () => {
    isDirty = true;
    if (trouble && waiting) return; // it is tried again at its own time
    clearTimeout(waiting);
    waiting = setTimeout(save, PAUSE);
  };
  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  const leave = () => { if (isDirty && !isStopped) post(true).catch(() => { isDirty = true; }); };
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(); });
  addEventListener("pagehide", leave);
  addEventListener("pageshow", () => { isStopped = false; });

  /* Whoever was signed out meanwhile must not lose the page by sending it. */
  form.addEventListener("submit", async (event) => {
    form.elements.csrfmiddlewaretoken.value = token();
    const isUnsure = trouble === SIGNED_OUT || trouble === NO_LINE || Date.now() - heardAt > SURE;
    if (!isUnsure) {
      leave();
      isStopped = true;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
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
