package dashboard

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gatehouse/dashboard/auth"
	"gatehouse/ingest"
)

const loadsPerPage = 50

// loadsData is the page of what came in.
type loadsData struct {
	Frame
	Results  []uploaded // of the files just uploaded
	Loads    []loadRow
	Total    uint64
	From, To int
	Newer    string // addresses of the pages of the list beside this one
	Older    string
	Feeds    []Choice
	States   []Choice
	Among    []Choice // projects to filter by
	Search   string
	Filtered bool
	Bad      []badCells
	BadTotal uint64
	Fresh    freshness
	For      []Choice // projects to load rows for that name none
	Mappings []Choice // that may read the files; none when nothing is saved
	FileMB   int
}

// loadRow is a load in the list.
type loadRow struct {
	ingest.LoadRow
	URL   string
	Badge stateBadge
	Feeds string
	Names string // of its projects
	Size  string
}

// badCells is a kind of bad cell and how often it comes.
type badCells struct {
	Message, Hint string
	Feeds         []string // with their cells
	Cells         uint64
	Width         float64 // of the bar, the commonest is 100
}

func (s *Server) loads(w http.ResponseWriter, r *http.Request) error {
	page, err := s.readLoads(r)
	if err != nil {
		return err
	}
	return s.render(w, "loads.html", page)
}

// readLoads is the page without results of an upload.
func (s *Server) readLoads(r *http.Request) (loadsData, error) {
	ctx := r.Context()
	now, err := s.answersNow(ctx)
	if err != nil {
		return loadsData{}, err
	}
	frame, err := s.workFrame(r, now)
	if err != nil {
		return loadsData{}, err
	}
	q := r.URL.Query()
	page := loadsData{Frame: frame, Search: strings.TrimSpace(q.Get("search")), FileMB: int(s.Loader.FileBytes() >> 20)}
	page.Title = page.T("数据", "Data")
	page.For = page.uploadProjects()
	if page.Mappings, err = s.mappingChoices(ctx, page.Frame); err != nil {
		return loadsData{}, err
	}
	number, _ := strconv.Atoi(q.Get("page")) // anything else is the first page
	number = max(number, 1)
	f := ingest.LoadFilter{
		Viewer: page.User.Name, Project: page.Filter.Project, Feed: q.Get("feed"), State: ingest.State(q.Get("state")), Search: page.Search,
		Limit: loadsPerPage, Offset: (number - 1) * loadsPerPage,
	}
	page.Filtered = f.Feed != "" || f.State != "" || f.Search != "" || f.Project != ""
	page.Among = page.projectChoices(f.Project)
	page.Feeds, page.States = page.feedChoices(f.Feed), page.stateChoices(f.State)
	rows, err := kept(ctx, now, func(ctx context.Context) ([]ingest.LoadRow, error) {
		return ingest.Loads(ctx, s.db, page.Scope, f)
	}, page.Scope.All(), page.Scope.Codes(), f)
	if err != nil {
		return loadsData{}, err
	}
	for _, l := range rows {
		page.Total = l.Total
		page.Loads = append(page.Loads, page.loadRow(l))
	}
	page.From, page.To = f.Offset+1, f.Offset+len(rows)
	if number > 1 {
		page.Newer = page.Filter.With("page", strconv.Itoa(number-1))
	}
	if uint64(page.To) < page.Total {
		page.Older = page.Filter.With("page", strconv.Itoa(number+1))
	}
	counts, err := kept(ctx, now, func(ctx context.Context) ([]ingest.CodeCount, error) {
		return ingest.SummaryByCode(ctx, s.db, page.Scope, page.User.Name)
	}, page.Scope.All(), page.Scope.Codes(), page.User.Name)
	if err != nil {
		return loadsData{}, err
	}
	page.countBad(counts)
	reaches, err := kept(ctx, now, func(ctx context.Context) ([]ingest.Reach, error) {
		return ingest.Freshness(ctx, s.db, page.Scope)
	}, page.Scope.All(), page.Scope.Codes())
	if err != nil {
		return loadsData{}, err
	}
	page.Fresh = page.freshness(reaches, s.now())
	return page, nil
}

// countBad adds up the feeds of each code; rows of several feeds may be of one file.
func (p *loadsData) countBad(counts []ingest.CodeCount) {
	at := map[ingest.Code]int{}
	for _, c := range counts {
		p.BadTotal += c.Cells
		i, ok := at[c.Code]
		if !ok {
			e := c.Code.Explain()
			i, at[c.Code] = len(p.Bad), len(p.Bad)
			p.Bad = append(p.Bad, badCells{Message: p.In(e.Message), Hint: p.In(e.Hint)})
		}
		bad := &p.Bad[i]
		bad.Cells += c.Cells
		bad.Feeds = append(bad.Feeds, p.FeedTitle(c.Feed)+" "+p.Count(c.Cells))
	}
	slices.SortStableFunc(p.Bad, func(a, b badCells) int { return cmp.Compare(b.Cells, a.Cells) })
	for i := range p.Bad {
		p.Bad[i].Width = float64(p.Bad[i].Cells) / float64(p.Bad[0].Cells) * 100
	}
}

func (f Frame) loadRow(l ingest.LoadRow) loadRow {
	return loadRow{
		LoadRow: l, URL: "/loads/" + l.LoadID, Badge: f.Badge(l.State, l.Quarantined), Feeds: f.FeedTitles(l.Feeds...),
		Names: f.projectNames(l.Projects), Size: f.size(l.Bytes),
	}
}

// projectNames are the first projects of a load, and how many there are besides.
func (f Frame) projectNames(refs []string) string {
	const most = 3
	var names []string
	for _, ref := range refs[:min(len(refs), most)] {
		names = append(names, f.ProjectName(ref))
	}
	text := strings.Join(names, f.T("、", ", "))
	if more := len(refs) - most; more > 0 {
		text += f.T(" 等 "+f.Count(len(refs))+" 个", " and "+f.Count(more)+" more")
	}
	return text
}

// size is that of a file.
func (f Frame) size(bytes uint64) string { return f.Count((bytes+1023)/1024) + " KB" }

// projectChoices are the projects to filter by, the first choice being all of them.
func (f Frame) projectChoices(current string) []Choice {
	choices := []Choice{{Label: f.T("全部", "All")}}
	for _, p := range f.Projects {
		choices = append(choices, Choice{Value: p.Code, Label: f.ProjectName(p.Code), Current: p.Code == current})
	}
	if current != "" && !slices.ContainsFunc(choices, func(c Choice) bool { return c.Current }) {
		choices = append(choices, Choice{Value: current, Label: current, Current: true})
	}
	return choices
}

// feedChoices are the feeds, the first choice being all of them.
func (f Frame) feedChoices(current string) []Choice {
	choices := []Choice{{Label: f.T("全部", "All")}}
	for _, one := range ingest.Feeds() {
		choices = append(choices, Choice{Value: one.Name, Label: one.Title.In(f.Lang), Current: one.Name == current})
	}
	return choices
}

func (f Frame) stateChoices(current ingest.State) []Choice {
	choices := []Choice{{Label: f.T("全部", "All")}}
	for _, one := range []ingest.State{ingest.Published, ingest.Corrected, ingest.Refused, ingest.Withdrawn, ingest.Abandoned} {
		choices = append(choices, Choice{Value: string(one), Label: f.Badge(one, 0).Word, Current: one == current})
	}
	return choices
}

// uploadProjects are the projects a user may load for; a manager of one
// project loads for that one unless the rows say otherwise.
func (f Frame) uploadProjects() []Choice {
	choices := []Choice{{Label: f.T("由文件识别", "As the file says")}}
	codes := f.User.Scope().Codes()
	for _, p := range f.Projects {
		choices = append(choices, Choice{Value: p.Code, Label: f.ProjectName(p.Code)})
		codes = slices.DeleteFunc(codes, func(c string) bool { return c == p.Code })
	}
	for _, c := range codes { // whose masters have not arrived yet
		choices = append(choices, Choice{Value: c, Label: c})
	}
	if f.User.Role == auth.Manager && len(choices) == 2 {
		choices[1].Current = true
	}
	return choices
}
