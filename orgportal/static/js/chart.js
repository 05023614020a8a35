// A trend drawn by the server becomes a chart that answers to pointer and arrow keys, where somebody asks for it.
// Its numbers are read off the table beside it, so the two cannot differ; the library is fetched at the first press.

const live = new Map(); // figure -> what undoes it

const numberOf = (cell) => {
  const value = Number.parseFloat(cell.textContent.replace(/[,%]/g, ""));
  return Number.isNaN(value) ? null : value;
};

function tableOf(figure) {
  const place = figure.dataset.chartTable;
  return (place ? document.getElementById(place) : figure).querySelector("table");
}

// "bar:6 bar:7 line:8": the columns drawn. Of two bars the second stands in front of the first.
function seriesOf(figure, colours) {
  const table = tableOf(figure);
  const heads = table.tHead.rows[0].cells;
  const rows = [...table.tBodies[0].rows];
  const asked = figure.dataset.chart.split(" ").map((each) => each.split(":"));
  const fills = asked.filter(([type]) => type === "bar").length > 1 ? [colours.late, colours.good] : [colours.good];
  const series = asked.map(([type, column], place) => ({
    type,
    name: heads[column].textContent.trim(),
    data: rows.map((row) => numberOf(row.cells[column])),
    barGap: "-100%",
    symbol: "diamond",
    symbolSize: 9,
    itemStyle: { color: type === "bar" ? fills[place] : colours.ink },
    lineStyle: { color: colours.ink },
  }));
  return { series, names: rows.map((row) => row.cells[0].textContent.trim()) };
}

function look() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const text = { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13, color: colour("--ink") };
  const colours = { ink: colour("--ink"), good: colour("--good"), late: colour("--warn-line"), line: colour("--line") };
  return { text, colours };
}

function optionOf(figure) {
  const { text, colours } = look();
  const { series, names } = seriesOf(figure, colours);
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    aria: { enabled: true, label: { enabled: false }, decal: { show: true } },
    textStyle: text,
    grid: { left: 44, right: 12, top: 44, bottom: 28 },
    legend: { top: 0, textStyle: text },
    // Drawn on the canvas: the policy of the page lets no style attribute in.
    tooltip: { trigger: "axis", renderMode: "richText", confine: true, valueFormatter: (value) => (value ?? "—") + "%" },
    xAxis: { type: "category", data: names, axisLabel: { ...text, hideOverlap: true } },
    yAxis: { type: "value", min: 0, max: 100, axisLabel: { ...text, formatter: "{value}%" }, splitLine: { lineStyle: { color: colours.line } } },
    series,
  };
}

// Arrow keys walk the periods as a pointer does.
function walk(chart, place, last) {
  let now = last;
  const moves = { ArrowLeft: () => now - 1, ArrowRight: () => now + 1, Home: () => 0, End: () => last };
  place.addEventListener("keydown", (event) => {
    if (event.key === "Escape") chart.dispatchAction({ type: "hideTip" });
    if (!moves[event.key]) return;
    event.preventDefault();
    now = Math.min(last, Math.max(0, moves[event.key]()));
    chart.dispatchAction({ type: "showTip", seriesIndex: 0, dataIndex: now });
    place.dataset.chartAt = now;
  });
}

async function draw(figure, button) {
  const echarts = await import(button.dataset.chartLibrary);
  const place = document.createElement("div");
  place.className = "trend__live";
  place.tabIndex = 0;
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", button.dataset.chartLabel);
  figure.querySelector("svg.trend__chart").after(place);
  figure.classList.add("trend--live");
  const chart = echarts.init(place, null, { renderer: "canvas" });
  const option = optionOf(figure);
  chart.setOption(option);
  walk(chart, place, option.xAxis.data.length - 1);
  const sizes = new ResizeObserver(() => chart.resize());
  sizes.observe(place);
  live.set(figure, () => {
    sizes.disconnect();
    chart.dispose();
    place.remove();
    figure.classList.remove("trend--live");
  });
}

async function turn(button) {
  const figure = button.closest("[data-chart]");
  if (live.has(figure)) {
    live.get(figure)();
    live.delete(figure);
  } else {
    button.disabled = true;
    try {
      await draw(figure, button);
    } catch {
      const said = document.createElement("p");
      said.setAttribute("role", "status");
      said.textContent = button.dataset.chartFailed;
      button.replaceWith(said);
      return;
    }
    button.disabled = false;
    button.focus();
  }
  button.setAttribute("aria-pressed", String(live.has(figure)));
}

function offer() {
  for (const [figure, undo] of live) {
    if (figure.isConnected) continue;
    undo();
    live.delete(figure);
  }
  for (const button of document.querySelectorAll("[data-chart-library]")) button.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-chart-library]");
  if (button) turn(button);
});
document.addEventListener("htmx:afterSwap", offer);
offer();
