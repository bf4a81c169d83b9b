'use strict';
// What the option of a chart names: "$ink" is a colour or font of app.css, "@tip"
// a function below. The page resolves them here, and so does the server when it
// draws the same chart as a picture (dashboard/chart/svg): no DOM in this file.
(function (global) {
  // Texts come formatted from the server.
  const functions = {
    percent0(v) {
      return Math.round(v * 1000) / 10 + '%';
    },
    thousands(v) {
      return String(v).replace(/\B(?=(\d{3})+$)/g, ',');
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
    across(_, api) {
      const from = api.coord([api.value(0), api.value(2)]);
      const to = api.coord([api.value(1), api.value(2)]);
      return {
        type: 'line',
        shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] },
        style: { stroke: api.visual('color'), lineWidth: 3 },
      };
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
    link(_, api) {
      const from = api.coord([api.value(1), api.value(0)]);
      const to = api.coord([api.value(2), api.value(0)]);
      return {
        type: 'line',
        shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] },
        style: { stroke: api.visual('color'), lineWidth: 3 },
      };
    },
    fall(_, api) {
      const from = api.coord([api.value(1), api.value(0)]);
      const to = api.coord([api.value(2), api.value(0)]);
      const high = Math.min(19, api.size([0, 1])[1] * 0.7);
      return {
        type: 'rect',
        shape: { x: Math.min(from[0], to[0]), y: from[1] - high / 2, width: Math.max(1, Math.abs(to[0] - from[0])), height: high },
        style: { fill: api.visual('color') },
      };
    },
  };

  // Paints that are no single token.
  const paints = {
    hatch(token) {
      return { color: token('panel'), decal: { symbol: 'rect', color: token('ac'), dashArrayX: [1, 0], dashArrayY: [1.3, 3], rotation: -Math.PI / 4 } };
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
      else if (key === 'color' && value[0] === '$' && paints[value.slice(1)]) Object.assign(out, paints[value.slice(1)](token));
      else if (tokenKeys.has(key) && value[0] === '$') out[key] = token(value.slice(1));
      else if (functionKeys.has(key) && value[0] === '@') out[key] = (narrow && functions[value.slice(1) + 'Narrow']) || functions[value.slice(1)];
      else out[key] = value;
    }
    return out;
  }

  global.gatehouseCharts = { resolve: resolve };
})(globalThis);
