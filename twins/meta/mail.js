// Coming back to this tab is the moment when a new letter is looked for.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") location.reload();
});
