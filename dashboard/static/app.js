'use strict';
// Mounts charts, sends filter forms on change, and takes files that are dropped.
(() => {
  const root = document.documentElement;
  const narrowWidth = 420; // pixels under which labels are shortened

  const charts = new Map();

  function draw(element) {
    const data = document.getElementById(element.dataset.option);
    if (!data || !window.echarts || !window.gatehouseCharts) return;
    const styles = getComputedStyle(root);
    const option = window.gatehouseCharts.resolve(JSON.parse(data.textContent), (name) => styles.getPropertyValue('--' + name).trim(), element.clientWidth < narrowWidth);
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

  const patience = 5000; // milliseconds until a skeleton says in words that it is being read

  // A panel that was not ready with its page, or that failed, is fetched by itself.
  async function readPanel(section, address) {
    section.setAttribute('aria-busy', 'true');
    const late = section.querySelector('.late');
    const timer = setTimeout(() => { if (late) late.hidden = false; }, patience);
    try {
      const answer = await fetch(address, { headers: { Accept: 'text/html' } });
      if (answer.redirected) { location.reload(); return; } // to sign in
      const parsed = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const fresh = parsed.getElementById(section.id);
      if (!fresh) throw new Error('no panel in the answer');
      section.querySelectorAll('.chart').forEach((element) => {
        if (charts.has(element)) charts.get(element).dispose();
        charts.delete(element);
      });
      section.replaceWith(fresh);
      fresh.querySelectorAll('.chart[data-option]').forEach(draw);
    } catch (error) {
      section.removeAttribute('aria-busy');
      if (!late) return;
      const again = document.createElement('a');
      again.className = 'retry';
      again.href = address;
      again.textContent = root.lang === 'en' ? 'Could not be read. Try again' : '读取失败，重试';
      late.hidden = false;
      late.replaceChildren(again);
    } finally {
      clearTimeout(timer);
    }
  }

  function watchPanels() {
    document.querySelectorAll('section.panel[data-src]').forEach((section) => readPanel(section, section.dataset.src));
    document.addEventListener('click', (event) => {
      const retry = event.target.closest('.panel a.retry');
      if (retry) {
        event.preventDefault();
        readPanel(retry.closest('section.panel'), retry.href);
        return;
      }
      const copy = event.target.closest('button.copy-link');
      if (copy && navigator.clipboard) {
        navigator.clipboard.writeText(new URL(copy.dataset.link, location.href).href).then(() => {
          const label = copy.textContent;
          copy.textContent = copy.dataset.copied;
          copy.addEventListener('blur', () => { copy.textContent = label; }, { once: true });
        });
      }
      document.querySelectorAll('details.menu[open]').forEach((menu) => {
        if (!menu.contains(event.target) || event.target.closest('.menu a')) menu.open = false;
      });
    });
    document.addEventListener('keydown', (event) => {
      const menu = event.key === 'Escape' && document.querySelector('details.menu[open]');
      if (!menu) return;
      menu.open = false;
      menu.querySelector('summary').focus();
    });
  }

  function watchTheme() {
    new MutationObserver(drawAll).observe(root, { attributes: true, attributeFilter: ['data-theme'] });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  }

  // Paper is light and as wide as A4: the page takes that shape before it is printed.
  function watchPrinting() {
    const theme = { before: null };
    // Margins of paper take words from a property only.
    const foot = new CSSStyleSheet();
    foot.replaceSync(`:root { --foot: ${JSON.stringify(root.dataset.foot)}; }`);
    document.adoptedStyleSheets.push(foot);
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
  watchPanels();
})();
