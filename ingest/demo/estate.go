package demo

import (
	"fmt"

	"gatehouse"
)

// estate is how a project is made to behave. Shares are of rooms.
type estate struct {
	code, name, region, segment string
	rooms                       int
	price                       int64   // property fee, fen per square metre and month
	never, slow                 float64 // rooms that do not pay at all, or 3 to 8 months late
	dueDay                      int
	mood                        float64 // mean survey score on the scale 1–5
	story                       story
}

// story is what there is to find in a project.
type story int

const (
	ordinary story = iota
	sliding        // collection falls over the last eight months
	lift           // a lift failure: complaints, slow work, low satisfaction after it
	leak           // energy use 40 % up from some month on
	silent         // so few questionnaires come back that n stays under 30
	young          // handed over 14 months ago
	chance         // so small that a few households make it look extreme
)

// estates are the named projects. The first letters of the code give the region.
func estates() []estate {
	return []estate{
		{"HD01", "云栖苑", "华东", "住宅", 420, 280, 0.02, 0.06, 25, 4.2, ordinary},
		{"HD02", "锦澜湾", "华东", "住宅", 520, 320, 0.03, 0.05, 15, 4.1, ordinary},
		{"HD03", "望江府", "华东", "住宅", 320, 350, 0.03, 0.03, 20, 4.0, sliding},
		{"HD04", "湖畔中心", "华东", "写字楼", 180, 1200, 0.01, 0.05, 10, 4.2, leak},
		{"HN01", "翠屿花园", "华南", "住宅", 380, 260, 0.03, 0.07, 25, 4.1, lift},
		{"HN02", "海棠里", "华南", "住宅", 260, 240, 0.03, 0.06, 20, 4.0, silent},
		{"HN03", "悦港广场", "华南", "商业", 150, 900, 0.02, 0.08, 10, 3.9, ordinary},
		{"HN04", "南溪雅筑", "华南", "住宅", 60, 230, 0.02, 0.05, 15, 4.1, chance},
		{"XN01", "青岚小镇", "西南", "住宅", 340, 220, 0.04, 0.07, 25, 4.0, ordinary},
		{"XN02", "松月台", "西南", "住宅", 240, 260, 0.02, 0.05, 20, 4.3, young},
		{"XN03", "望山国际", "西南", "写字楼", 120, 1000, 0.02, 0.06, 10, 4.1, ordinary},
		{"XN04", "麓语城", "西南", "商业", 100, 850, 0.03, 0.06, 15, 3.9, ordinary},
	}
}

// spare is a project beyond the named ones, for benchmarks.
func spare(i int) estate {
	like := estates()[i%12]
	like.code = fmt.Sprintf("P%04d", i+1)
	like.name = fmt.Sprintf("%s%d期", like.name, i/12+1)
	like.never, like.story = 0.03, ordinary
	return like
}

// slideShare is the share of rooms that have stopped paying by month m in the
// project whose collection slides.
func slideShare(m, last gatehouse.Month) float64 {
	const months, bottom = 8, 0.165
	since := int(m - (last - months))
	if since <= 0 {
		return 0
	}
	return bottom * float64(since) / months
}

// liftFails tells whether m is one of the three months of the lift failure.
// They end half a year and more before the last month, so that a survey follows.
func liftFails(m, last gatehouse.Month) bool { return last-10 <= m && m <= last-8 }

// leakFrom is the first month of the higher energy use.
func leakFrom(last gatehouse.Month) gatehouse.Month { return last - 8 }
