"use strict";
// Sorting, filters, the heat-map's switch, the graphs and the language; every number is read from the tables of the page.
(function () {
  const root = document.documentElement;
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));
  const tongue = () => (root.dataset.lang === "zh" ? "zh-CN" : "en");
  const spoken = (cell) => {
    const own = cell.querySelector('[lang="' + tongue() + '"]');
    return (own || cell).textContent;
  };
  const english = (cell) => (cell.querySelector('[lang="en"]') || cell).textContent;
  const made = (tag, text, kind) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (kind) element.className = kind;
    return element;
  };

  function ofCell(cell, type) {
    if (cell.classList.contains("held") || cell.classList.contains("none")) return null;
    const text = "v" in cell.dataset ? cell.dataset.v : spoken(cell);
    if (type === "boolean") return text === "true" || text === "yes" ? 1 : 0;
    return type === "text" ? text : Number(text);
  }

  function sort(table, index, head) {
    const type = head.dataset.type, body = table.tBodies[0], sorted = head.getAttribute("aria-sort");
    const up = sorted ? sorted === "descending" : type === "text" || type === "boolean";
    const rows = Array.from(body.rows, (row) => [ofCell(row.cells[index], type), row]);
    rows.sort(([one], [other]) => {
      if (one === null || other === null) return (one === null) - (other === null);
      const order = type === "text" ? one.localeCompare(other, tongue(), { numeric: true }) : one - other;
      return up ? order : -order;
    });
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    body.append(...rows.map(([, row]) => row));
  }

  function filter(tools, table) {
    const words = tools.querySelector(".words").value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = all("select", tools).filter((select) => select.value !== "");
    let shown = 0;
    for (const row of table.tBodies[0].rows) {
      const text = words.length ? row.textContent.toLowerCase() : "";
      const fits = words.every((word) => text.includes(word))
        && chosen.every((select) => english(row.cells[Number(select.dataset.column)]) === select.value);
      row.classList.toggle("away", !fits);
      shown += fits ? 1 : 0;
    }
    tools.querySelector("output").textContent = words.length || chosen.length ? shown + " / " + table.tBodies[0].rows.length : "";
  }

  for (const table of all("table.data")) {
    Array.from(table.tHead.rows[0].cells).forEach((head, index) => {
      const button = made("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => sort(table, index, head));
    });
    const tools = table.closest("details").querySelector(".tools");
    tools.addEventListener("input", () => filter(tools, table));
    tools.hidden = table.tBodies[0].rows.length < 8;
  }

  const heat = document.getElementById("heatmap"), detail = document.getElementById("detail");
  const steps = document.querySelector('table.data[data-table="steps"]');
  const stepRows = steps ? Array.from(steps.tBodies[0].rows) : [];
  const stepHeads = steps ? Array.from(steps.tHead.rows[0].cells) : [];
  const colours = [1, 2, 3, 5, 9];

  function showHeat(id) {
    const index = stepHeads.findIndex((head) => head.dataset.column === id);
    for (const button of all("button", heat)) {
      const number = Number(stepRows[Number(button.dataset.row)].cells[index].textContent);
      button.querySelector(".v").textContent = String(number);
      const cell = button.parentElement;
      cell.className = cell.className.replace(/q\d/, "q" + colours.filter((least) => number >= least).length);
    }
  }

  function showStep(button) {
    for (const other of all("button[aria-pressed]", heat)) other.removeAttribute("aria-pressed");
    button.setAttribute("aria-pressed", "true");
    const list = made("dl");
    stepHeads.forEach((head, index) => {
      const pair = made("div"), value = made("dd");
      const name = made("dt");
      name.append(...Array.from(head.querySelector("button").childNodes, (node) => node.cloneNode(true)));
      value.append(...Array.from(stepRows[Number(button.dataset.row)].cells[index].childNodes, (node) => node.cloneNode(true)));
      pair.append(name, value);
      list.append(pair);
    });
    detail.replaceChildren(list);
    detail.hidden = false;
    const row = button.closest("tr"), line = made("tr", undefined, "detailrow"), cell = made("td");
    for (const old of all(".detailrow", heat)) old.remove();
    cell.colSpan = row.cells.length;
    cell.append(detail);
    line.append(cell);
    row.after(line);
  }

  if (heat && steps) {
    document.getElementById("switch").hidden = false;
    document.getElementById("shown").addEventListener("input", (event) => showHeat(event.target.value));
    heat.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) showStep(button);
    });
  }

  function walk(edges, start, from, to) {
    const found = new Set([start]), waiting = [start];
    while (waiting.length) {
      const here = waiting.pop();
      for (const edge of edges) {
        if (edge.dataset[from] !== here || found.has(edge.dataset[to])) continue;
        found.add(edge.dataset[to]);
        waiting.push(edge.dataset[to]);
      }
    }
    return found;
  }

  function light(graph, node, said) {
    const edges = all("path", graph), id = node ? node.dataset.id : null;
    const after = node ? walk(edges, id, "from", "to") : new Set();
    const before = node ? walk(edges, id, "to", "from") : new Set();
    graph.classList.toggle("lit", Boolean(node));
    for (const other of all(".node", graph)) {
      const own = other.dataset.id;
      other.classList.toggle("self", own === id);
      other.classList.toggle("before", own !== id && before.has(own));
      other.classList.toggle("after", own !== id && after.has(own));
    }
    for (const edge of edges) {
      edge.classList.toggle("before", before.has(edge.dataset.from) && before.has(edge.dataset.to));
      edge.classList.toggle("after", after.has(edge.dataset.from) && after.has(edge.dataset.to));
    }
    const list = (set) => Array.from(set).filter((other) => other !== id).join(" ") || "–";
    said.textContent = node ? list(before) + " → " + id + " → " + list(after) : "";
  }

  for (const tools of all("[data-graph]")) {
    const graph = document.getElementById(tools.dataset.graph), box = graph.parentElement, said = tools.querySelector("output");
    const [wide, high] = [graph.width.baseVal.value, graph.height.baseVal.value];
    let scale = 1;
    const zoom = (to) => {
      scale = Math.min(4, Math.max(0.15, to));
      graph.setAttribute("width", String(wide * scale));
      graph.setAttribute("height", String(high * scale));
    };
    tools.hidden = false;
    for (const button of all("[data-zoom]", tools)) {
      button.addEventListener("click", () => {
        const by = button.dataset.zoom;
        zoom(by === "fit" ? box.clientWidth / wide : by === "0" ? 1 : scale * Number(by));
      });
    }
    box.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoom(scale * (event.deltaY < 0 ? 1.1 : 0.9));
    }, { passive: false });
    let grip = null;
    box.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "mouse" && !event.target.closest(".node")) grip = [event.clientX + box.scrollLeft, event.clientY + box.scrollTop];
    });
    window.addEventListener("pointermove", (event) => { if (grip) box.scrollTo(grip[0] - event.clientX, grip[1] - event.clientY); });
    window.addEventListener("pointerup", () => { grip = null; });
    box.addEventListener("keydown", (event) => {
      const node = event.target.closest(".node");
      if (event.key === "Escape") light(graph, null, said);
      if (node && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); light(graph, node, said); }
    });
    graph.addEventListener("click", (event) => light(graph, event.target.closest(".node"), said));
    graph.addEventListener("focusin", (event) => light(graph, event.target.closest(".node"), said));
    tools.querySelector(".find").addEventListener("input", (event) => {
      const word = event.target.value.toLowerCase().trim();
      let first = null;
      for (const node of all(".node", graph)) {
        const hit = word !== "" && node.getAttribute("aria-label").toLowerCase().includes(word);
        node.classList.toggle("hit", hit);
        if (hit && !first) first = node;
      }
      if (!first) return;
      const at = first.getBoundingClientRect(), frame = box.getBoundingClientRect();
      box.scrollBy(at.left - frame.left - frame.width / 3, at.top - frame.top - frame.height / 3);
    });
  }

  function speak(lang) {
    root.dataset.lang = lang;
    root.lang = lang === "zh" ? "zh-CN" : "en";
    for (const option of all("option[data-zh]")) option.textContent = option.dataset[lang];
  }

  function follow() {
    let id = "";
    try { id = decodeURIComponent(location.hash.slice(1)); } catch (error) { return; }
    const target = id && document.getElementById(id);
    if (!target) return;
    if (target.classList.contains("away")) {
      const tools = target.closest("details").querySelector(".tools");
      for (const field of all("input, select", tools)) field.value = "";
      filter(tools, target.closest("table"));
    }
    for (let outer = target.closest("details"); outer; outer = outer.parentElement.closest("details")) outer.open = true;
    for (const other of all("tr.on")) other.classList.remove("on");
    if (target.matches("tr")) target.classList.add("on");
    target.scrollIntoView({ block: "center" });
    if (target.matches(".node")) target.focus({ preventScroll: true });
  }

  document.getElementById("language").hidden = false;
  document.getElementById("language").addEventListener("click", () => speak(root.dataset.lang === "zh" ? "en" : "zh"));
  const asked = new URLSearchParams(location.search).get("lang");
  speak(asked === "zh" || asked === "en" ? asked : root.dataset.lang);
  window.addEventListener("hashchange", follow);
  follow();
})();
