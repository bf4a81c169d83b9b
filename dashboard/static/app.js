'use strict';
// Mounts charts, sends filter forms on change, and takes files that are dropped.
(() => {
  const root = document.documentElement;
  const narrowWidth = 420; // pixels under which labels are shortened

  // Functions that a chart's option names as "@name". Texts come formatted from the server.
  const functions = {
    percent0(v) {
      return Math.round(v * 1000) / 10 + '%';
    },
    thousands(v) {
      return v.toLocaleString('en-US');
    },
    tip(params) {
      if (!Array.isArray(params)) return params.name;
      const lines = params.filter((p) => p.seriesName && p.name && p.name !== '—' && !/^series\d/.test(p.seriesName))
        .map((p) => p.seriesName.trim() + '  ' + p.name);
      return [String(params[0].axisValueLabel).replace('\n', '  ')].concat(lines).join('\n');
    },
    month(text) {
      return text;
    },
    monthNarrow(text) {
      return text.replace('月', '');
    },
    gap(params) {
      return params.name;
    },
    gapNarrow(params) {
      return params.name.replace(/^[▲▼]/, '$&\n');
    },
    interval(_, api) {
      const from = api.coord([api.value(0), api.value(1)]);
      const to = api.coord([api.value(0), api.value(2)]);
      return {
        type: 'line',
        shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] },
        style: { stroke: api.visual('color'), lineWidth: 3 },
      };
    },
  };

  // Colours that are no single token.
  const paints = {
    hatch(token) {
      const tile = document.createElement('canvas');
      tile.width = tile.height = 6;
      const pen = tile.getContext('2d');
      pen.fillStyle = token('panel');
      pen.fillRect(0, 0, 6, 6);
      pen.strokeStyle = token('ac');
      pen.lineWidth = 1.3;
      pen.beginPath();
      for (const shift of [-6, 0, 6]) {
        pen.moveTo(shift - 1, 7);
        pen.lineTo(shift + 7, -1);
      }
      pen.stroke();
      return { image: tile, repeat: 'repeat' };
    },
  };

  const tokenKeys = new Set(['color', 'borderColor', 'backgroundColor', 'textBorderColor', 'fontFamily']);
  const functionKeys = new Set(['formatter', 'renderItem']);

  // Only these keys are looked at, so that no text of the data becomes a colour or a function.
  function resolve(node, token, narrow) {
    if (Array.isArray(node)) return node.map((item) => resolve(item, token, narrow));
    if (node === null || typeof node !== 'object') return node;
    const out = {};
    for (const [key, value] of Object.entries(node)) {
      if (typeof value !== 'string') out[key] = resolve(value, token, narrow);
      else if (tokenKeys.has(key) && value[0] === '$') out[key] = paints[value.slice(1)] ? paints[value.slice(1)](token) : token(value.slice(1));
      else if (functionKeys.has(key) && value[0] === '@') out[key] = (narrow && functions[value.slice(1) + 'Narrow']) || functions[value.slice(1)];
      else out[key] = value;
    }
    return out;
  }

  const charts = new Map();

  function draw(element) {
    const data = document.getElementById(element.dataset.option);
    if (!data || !window.echarts) return;
    const styles = getComputedStyle(root);
    const option = resolve(JSON.parse(data.textContent), (name) => styles.getPropertyValue('--' + name).trim(), element.clientWidth < narrowWidth);
    let chart = charts.get(element);
    if (!chart) {
      chart = window.echarts.init(element, null, { renderer: 'canvas' });
      charts.set(element, chart);
      chart.on('finished', () => { element.dataset.drawn = 'true'; });
      let narrow = element.clientWidth < narrowWidth;
      new ResizeObserver(() => {
        chart.resize();
        if (narrow === element.clientWidth < narrowWidth) return;
        narrow = !narrow;
        draw(element);
      }).observe(element);
    }
    chart.setOption(option, { notMerge: true });
  }

  function drawAll() {
    document.querySelectorAll('.chart[data-option]').forEach(draw);
  }

  function watchTheme() {
    new MutationObserver(drawAll).observe(root, { attributes: true, attributeFilter: ['data-theme'] });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  }

  // Paper is light and as wide as A4: the page takes that shape before it is printed.
  function watchPrinting() {
    const theme = { before: null };
    window.addEventListener('beforeprint', () => {
      theme.before = root.dataset.theme;
      root.classList.add('printing');
      root.dataset.theme = 'light';
      drawAll();
      charts.forEach((chart) => chart.resize());
    });
    window.addEventListener('afterprint', () => {
      root.classList.remove('printing');
      if (theme.before === undefined) delete root.dataset.theme;
      else root.dataset.theme = theme.before;
      drawAll();
      charts.forEach((chart) => chart.resize());
    });
  }

  function watchForms() {
    document.addEventListener('change', (event) => {
      const form = event.target.closest('form.filters');
      if (form && event.target.matches('select, input[type="month"]')) form.requestSubmit();
    });
    document.querySelectorAll('.drop').forEach((zone) => {
      const input = zone.querySelector('input[type="file"]');
      if (!input) return;
      // What happens to the files is for the form's buttons to say.
      const show = () => {
        const chosen = zone.querySelector('.chosen');
        if (chosen) chosen.textContent = [...input.files].map((file) => file.name).join(', ');
        zone.classList.toggle('filled', input.files.length > 0);
      };
      const lit = (on) => (event) => { event.preventDefault(); zone.classList.toggle('over', on); };
      zone.addEventListener('dragenter', lit(true));
      zone.addEventListener('dragover', lit(true));
      zone.addEventListener('dragleave', lit(false));
      zone.addEventListener('drop', (event) => {
        lit(false)(event);
        if (!event.dataTransfer.files.length) return;
        input.files = event.dataTransfer.files;
        show();
      });
      input.addEventListener('change', show);
      show();
    });
  }

  // Where the browser gives no access to the clipboard, the text is selected to be copied by hand.
  function watchCopying() {
    document.querySelectorAll('button[data-copy]').forEach((button) => {
      const source = document.getElementById(button.dataset.copy);
      const label = button.textContent;
      button.addEventListener('click', async () => {
        getSelection().selectAllChildren(source);
        if (!navigator.clipboard) return;
        await navigator.clipboard.writeText(source.textContent);
        button.textContent = button.dataset.copied;
        button.addEventListener('blur', () => { button.textContent = label; }, { once: true });
      });
    });
  }

  drawAll();
  watchTheme();
  watchPrinting();
  watchForms();
  watchCopying();
})();
