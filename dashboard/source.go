package dashboard

import (
	"net/http"
	"net/url"
	"strings"

	"gatehouse/ingest/source"
)

const (
	sourceRuns  = 30  // runs that the page lists
	sourceItems = 200 // items that the page lists
)

// sourceData is the page of one source.
type sourceData struct {
	Frame
	Source  sourceRow
	Facts   []factRow
	Runs    []runRow
	Fetched []itemRow // items, newest first
}

// factRow is a setting; Code: it is a name or an address, not words.
type factRow struct {
	Label, Value string
	Code         bool
}

type runRow struct {
	source.RunRow
	Badge    stateBadge
	Took, By string
}

// itemRow is an item, or a file within it.
type itemRow struct {
	source.ItemRow
	Badge stateBadge
	URL   string // of its load, empty when there is none
}

func (s *Server) source(w http.ResponseWriter, r *http.Request) error {
	found, err := s.findSource(r)
	if err != nil {
		return err
	}
	page := sourceData{Frame: s.bareFrame(r)}
	page.Source, page.Facts = page.sourceRow(found), page.sourceFacts(found.Source)
	page.Nav, page.Title = "sources", page.Source.Title
	name := found.Source.Name
	runs, err := source.Runs(r.Context(), s.db, name, sourceRuns)
	if err != nil {
		return err
	}
	for i, one := range runs {
		row := runRow{RunRow: one, Badge: page.runBadge(one, i == 0 && found.Running), By: page.runBy(one.By)}
		if one.State != source.RunStarted {
			row.Took = page.took(one.Ended.Sub(one.Started))
		}
		page.Runs = append(page.Runs, row)
	}
	items, err := source.Items(r.Context(), s.db, name, sourceItems)
	if err != nil {
		return err
	}
	for _, one := range items {
		row := itemRow{ItemRow: one, Badge: page.itemBadge(one)}
		if one.LoadID != "" {
			row.URL = "/loads/" + one.LoadID
		}
		page.Fetched = append(page.Fetched, row)
	}
	return s.render(w, "source.html", page)
}

// sourceFacts are the settings of a source. Secrets are not among them, nor
// what may carry one: headers, bodies and the parameters of addresses.
func (f Frame) sourceFacts(s source.Source) []factRow {
	var facts []factRow
	words := func(zh, en, value string) {
		if value != "" {
			facts = append(facts, factRow{f.T(zh, en), value, false})
		}
	}
	code := func(zh, en, value string) {
		if value != "" {
			facts = append(facts, factRow{f.T(zh, en), value, true})
		}
	}
	code("名称", "Name", s.Name)
	words("方式", "Kind", f.kindWord(s.Kind))
	words("时间", "Schedule", f.schedule(s))
	if s.Feed == "" {
		words("数据", "Feed", f.T("自动识别", "recognised by the headers"))
	} else {
		words("数据", "Feed", f.FeedTitle(s.Feed))
	}
	code("默认项目", "Project unless named", s.Project)
	code("列对照", "Mapping", s.Mapping)
	switch {
	case s.Folder != nil:
		code("文件夹", "Folder", s.Folder.Path)
		words("下级文件夹", "Folders below", f.yesNo(s.Folder.Recursive))
		words("原地保留", "Left in place", f.yesNo(s.Folder.InPlace))
	case s.REST != nil:
		code("地址", "Address", bareAddress(s.REST.URL))
		if s.REST.Since != nil {
			code("增量字段", "Changes by", s.REST.Since.Field)
		}
	case s.S3 != nil:
		code("地址", "Address", bareAddress(s.S3.Endpoint))
		code("存储桶", "Bucket", strings.TrimSuffix(s.S3.Bucket+"/"+s.S3.Prefix, "/"))
		words("原地保留", "Left in place", f.yesNo(s.S3.InPlace))
	case s.SFTP != nil:
		code("地址", "Address", s.SFTP.Address)
		code("文件夹", "Folder", s.SFTP.Path)
		code("用户", "User", s.SFTP.User)
		words("原地保留", "Left in place", f.yesNo(s.SFTP.InPlace))
	case s.IMAP != nil:
		code("地址", "Address", s.IMAP.Address)
		code("邮箱", "Mailbox", s.IMAP.Mailbox)
		code("用户", "User", s.IMAP.User)
		code("允许的发件人", "Senders", strings.Join(s.IMAP.AllowedSenders, ", "))
	case s.Push != nil:
		feed := s.Feed
		if feed == "" {
			feed = "FEED"
		}
		code("地址", "Address", "POST /api/v1/feeds/"+feed)
		if len(s.Push.Projects) == 0 {
			words("可载入的项目", "May load for", f.T("全部", "all projects"))
		}
		code("可载入的项目", "May load for", strings.Join(s.Push.Projects, ", "))
	}
	code("允许的内网地址", "May reach", strings.Join(s.Allow, ", "))
	return facts
}

// bareAddress is an address without user and parameters.
func bareAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		before, _, _ := strings.Cut(address, "?")
		return before
	}
	return u.Scheme + "://" + u.Host + u.Path
}

func (f Frame) yesNo(is bool) string {
	if is {
		return f.T("是", "yes")
	}
	return f.T("否", "no")
}
