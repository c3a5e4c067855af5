"use strict";
// Search, filters, language and links into closed entries; everything else works without this script.
(function () {
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const entries = Array.from(document.querySelectorAll("main .entry[id]"), (element) => ({
    element, text: (element.id + " " + element.textContent).toLowerCase(),
  }));
  const sections = Array.from(document.querySelectorAll("main section"));
  const filters = ["mode", "form", "teacher"];

  function answers(entry, words, level) {
    const data = entry.element.dataset;
    const isModule = entry.element.classList.contains("module");
    return words.every((word) => entry.text.includes(word))
      && filters.every((name) => !byId(name).value || data[name] === byId(name).value)
      && (!level || (isModule && data.levels.split(" ").includes(level)));
  }

  function search() {
    const words = byId("words").value.toLowerCase().split(/\s+/).filter(Boolean);
    const level = byId("level").value;
    const asked = words.length > 0 || level !== "" || filters.some((name) => byId(name).value !== "");
    let hits = 0;
    for (const entry of entries) {
      const shown = !asked || answers(entry, words, level);
      entry.element.classList.toggle("away", !shown);
      hits += shown ? 1 : 0;
    }
    for (const extra of document.querySelectorAll("main .entry:not([id])")) extra.classList.toggle("away", asked);
    for (const section of sections.slice().reverse()) {
      section.classList.toggle("away", asked && !section.querySelector(".entry[id]:not(.away)"));
    }
    byId("hits").textContent = asked ? String(hits) : "";
  }

  function speak(lang) {
    root.dataset.lang = lang;
    root.lang = lang === "zh" ? "zh-CN" : "en";
    for (const option of document.querySelectorAll("option[data-zh]")) option.textContent = option.dataset[lang];
  }

  function follow() {
    const target = location.hash && byId(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest(".away")) {
      byId("words").value = "";
      for (const name of [...filters, "level"]) byId(name).value = "";
      search();
    }
    if (target.matches("details")) target.open = true;
    target.scrollIntoView();
  }

  const asked = new URLSearchParams(location.search);
  if (asked.get("lang") === "zh" || asked.get("lang") === "en") speak(asked.get("lang"));
  byId("search").hidden = false;
  byId("words").value = asked.get("q") || "";
  byId("search").addEventListener("submit", (event) => event.preventDefault());
  byId("search").addEventListener("input", () => { search(); window.scrollTo(0, 0); });
  byId("language").addEventListener("click", () => speak(root.dataset.lang === "zh" ? "en" : "zh"));
  window.addEventListener("hashchange", follow);
  search();
  follow();
})();
