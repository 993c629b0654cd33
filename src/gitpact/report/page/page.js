"use strict";
const root = document.documentElement;

document.getElementById("language").addEventListener("click", () => {
  const language = root.dataset.language === "zh" ? "en" : "zh";
  root.dataset.language = root.lang = language;
});

document.getElementById("theme").addEventListener("click", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
});

const text = document.getElementById("filter-text");
const rule = document.getElementById("filter-rule");
if (text) {
  const rows = [...document.querySelectorAll("#offenders tbody tr")];
  const count = document.getElementById("filter-count");
  const apply = () => {
    const wanted = text.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const matches = row.textContent.toLowerCase().includes(wanted);
      row.hidden = !(matches && (!rule.value || row.dataset.rules.split(" ").includes(rule.value)));
      shown += !row.hidden;
    }
    count.textContent = `${shown} / ${rows.length}`;
  };
  text.addEventListener("input", apply);
  rule.addEventListener("change", apply);
  apply();
}
