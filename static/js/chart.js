// The one loader of charts: reads the figures beside each, draws them in the colours of the theme, leads to the rows behind.

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const TONES = { open: "--state-open", returned: "--state-returned", waiting: "--state-waiting", excepted: "--state-excepted", gone: "--state-gone", left: "--left", right: "--right" };
const DASHES = [[], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4], [4, 6]];
const POINTS = ["circle", "rect", "triangle", "rectRot", "crossRot", "star"];

const colour = (series, number) => css(TONES[series.tone] ?? `--series-${number + 1}`);

function datasets(figures) {
  return figures.series.map((series, number) => ({
    label: series.name,
    data: series.values,
    backgroundColor: colour(series, number),
    borderColor: colour(series, number),
    borderDash: figures.kind === "line" ? DASHES[number] : [],
    borderWidth: figures.kind === "line" ? 2 : 0,
    pointStyle: figures.kind === "line" ? POINTS[number] : "rect",
    pointRadius: 3,
    maxBarThickness: 48,
    tension: 0,
  }));
}

function scales(figures) {
  const stacked = figures.kind === "stacked";
  const text = { color: css("--bs-secondary-color") };
  const line = { color: css("--bs-border-color") };
  const short = new Intl.NumberFormat("en");
  return {
    x: { stacked, ticks: text, grid: { display: false }, border: line },
    y: { stacked, beginAtZero: true, ticks: { ...text, precision: 0, callback: (value) => short.format(value) }, grid: line, border: { display: false } },
  };
}

function draw(figure) {
  const figures = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
  const canvas = figure.querySelector("canvas");
  canvas.parentElement.hidden = false;
  const at = (chart, event) => chart.getElementsAtEventForMode(event, "index", { intersect: false }, true)[0];
  const chart = new Chart(canvas, {
    type: figures.kind === "line" ? "line" : "bar",
    data: { labels: figures.labels, datasets: datasets(figures) },
    options: {
      animation: false,
      maintainAspectRatio: false,
      scales: scales(figures),
      interaction: { mode: "index", intersect: false },
      plugins: {
        legend: { display: figures.series.length > 1, position: "bottom", labels: { color: css("--bs-body-color"), usePointStyle: true } },
      },
      onHover: (event, _, chart) => {
        const hit = at(chart, event.native);
        canvas.classList.toggle("leads-on", Boolean(hit && figures.addresses[hit.index]));
      },
      onClick: (event, _, chart) => {
        const hit = at(chart, event.native);
        if (hit && figures.addresses[hit.index]) location.assign(figures.addresses[hit.index]);
      },
    },
  });
  // In other colours when the visitor's setting changes, and for paper.
  const recolour = () => {
    chart.data.datasets = datasets(figures);
    chart.options.scales = scales(figures);
    chart.options.plugins.legend.labels.color = css("--bs-body-color");
    chart.update();
  };
  for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", recolour);
  addEventListener("beforeprint", () => chart.resize());
  addEventListener("afterprint", () => chart.resize());
}

// The table behind a chart as CSV: quoted, and no cell a spreadsheet would take for a formula.
const cell = (text) => {
  const words = text.trim().replace(/(\d),(?=\d{3})/g, "$1");
  const safe = /^[=+\-@\t\r]/.test(words) && Number.isNaN(Number(words)) ? `'${words}` : words;
  return `"${safe.replaceAll('"', '""')}"`;
};

function download(button) {
  const rows = [...button.closest("details").querySelectorAll("tr")];
  const lines = rows.map((row) => [...row.cells].map((one) => cell(one.textContent)).join(","));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff", lines.join("\r\n"), "\r\n"], { type: "text/csv" }));
  link.download = `${button.dataset.csv.replace(/[^\p{L}\p{N}]+/gu, "-")}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}

const start = (root) => {
  for (const figure of root.querySelectorAll("[data-chart]:not([data-drawn])")) {
    figure.dataset.drawn = "";
    draw(figure);
    const button = figure.querySelector("[data-csv]");
    button.hidden = false;
    button.addEventListener("click", () => download(button));
  }
};
start(document);
document.addEventListener("htmx:load", (event) => start(event.target.parentNode ?? document));
