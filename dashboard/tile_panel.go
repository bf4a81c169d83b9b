package dashboard

import (
	"context"
	"math"
	"strings"

	"golang.org/x/sync/errgroup"

	"gatehouse"
	"gatehouse/analytics"
	"gatehouse/dashboard/chart"
	"gatehouse/dashboard/panel"
)

// Summary is what the tiles come to together.
type Summary struct {
	Tiles    []Tile
	Tally    []Judgement
	Gap      string
	Headline string
}

// summaryOf is that of a page's tiles, nothing while they are not read.
func summaryOf(p *Panel) Summary {
	if p == nil || p.Result == nil {
		return Summary{}
	}
	sum, _ := p.Figure.(Summary) // a panel that failed has none
	return sum
}

// incomplete is a result of which a part could not be read. A page shows it; it
// is not kept, and makes no file.
type incomplete struct{ *panel.Result }

func (p incomplete) Error() string { return "a part of panel " + p.Name + " could not be read" }

// tilesPanel is the six KPIs of the page's scope.
func (s *Server) tilesPanel(f Frame) panelSpec {
	return panelSpec{name: "tiles", title: gatehouse.Text{ZH: "指标", EN: "Indicators"}, class: "plain", size: "h240", build: func(ctx context.Context, p *panel.Result) error {
		lastYear, err := s.sameDay(ctx, f)
		if err != nil {
			return err
		}
		tiles, readings := s.tiles(ctx, f, lastYear)
		p.Table = f.tileTable(readings)
		failed, words := 0, []string{}
		for i := range tiles {
			if tiles[i].Failed {
				failed++
			}
		}
		sum := Summary{Tiles: tiles, Headline: f.headline(readings[0])}
		sum.Tally, sum.Gap = f.tally(readings)
		for _, j := range sum.Tally {
			words = append(words, j.Figure+" "+j.Word)
		}
		p.Sentence = strings.TrimSpace(strings.Join(words, f.T("，", ", ")) + f.T("。", ". ") + sum.Gap)
		if len(words) == 0 {
			p.Sentence = sum.Gap
		}
		p.Body, p.Figure = "tiles", sum
		if failed > 0 {
			return incomplete{p}
		}
		return nil
	}}
}

// tileTable is the readings as a table.
func (f Frame) tileTable(readings []reading) panel.Table {
	number := panel.Plain(panel.Decimal)
	t := panel.Table{Columns: []panel.Column{
		{Key: "kpi", Head: gatehouse.Text{ZH: "指标代码", EN: "Indicator id"}, Format: panel.Plain(panel.Text), Files: true},
		column("name", "指标", "Indicator", panel.Plain(panel.Text)),
		column("period", "期间", "Period", panel.Plain(panel.Text)),
		column("unit", "单位", "Unit", panel.Plain(panel.Text)),
		column("value", "本期", "Now", number), column("target", "目标", "Target", number), column("vs_target", "比目标", "vs target", number),
		column("prior", "上年", "Last year", number), column("change", "比上年", "vs last year", number),
		column("low", "95% 下限", "95% low", number), column("high", "95% 上限", "95% high", number),
		column("n", "n", "n", panel.Plain(panel.Integer)),
	}}
	for _, r := range readings {
		if r.of == nil {
			continue
		}
		format := f.ofUnit(r.of.Unit)
		shown := f.format(r.of)
		unit := panel.Cell{Exact: f.unitOf(r.measure, r.of)}
		if r.of.Unit == analytics.Percent {
			unit = panel.Cell{Exact: "1 = 100%", Shown: "%"}
		}
		if r.tooFew {
			r.value, r.low, r.high = math.NaN(), math.NaN(), math.NaN()
		}
		value := func(v float64) panel.Cell { return panel.OfFloat(v).In(format) }
		t.Rows = append(t.Rows, panel.Row{Cells: []panel.Cell{
			panel.OfText(r.kpi), panel.OfText(f.In(r.title(r.of))).Linked(f.DefinitionURL(r.kpi)), panel.OfText(f.PeriodLabel(r.period)), unit,
			value(r.value).Linked(f.Trace(f.whole(r.kpi, r.period))), value(r.target), f.statusCell(r, shown).In(format.Change()),
			value(r.prior), f.changeCell(r, shown), value(r.low), value(r.high), panel.OfCount(r.n),
		}})
	}
	return t
}

// tiles reads and words the six KPIs, each on its own: one that fails says so.
func (s *Server) tiles(ctx context.Context, f Frame, lastYear analytics.Snapshot) ([]Tile, []reading) {
	all := measures()
	tiles, readings := make([]Tile, len(all)), make([]reading, len(all))
	var group errgroup.Group
	group.SetLimit(panelsAtOnce)
	for i, m := range all {
		group.Go(func() error {
			err := guarded(func() (err error) {
				readings[i], err = s.read(ctx, f, lastYear, m)
				return err
			})
			if err != nil {
				s.log.Error("tile failed", "kpi", m.kpi, "error", err)
				tiles[i] = Tile{KPI: m.kpi, Name: m.kpi, Failed: true}
				if k, err := s.kpis.Registry().Get(m.kpi); err == nil {
					tiles[i].Name = f.In(m.title(k))
				}
				return nil
			}
			tiles[i] = f.tile(readings[i])
			return nil
		})
	}
	_ = group.Wait() // no tile's error reaches the group
	return tiles, readings
}

// format writes the values of a reading.
func (f Frame) format(k *analytics.KPI) chart.Format { return chart.Format{Lang: f.Lang, Unit: k.Unit} }
