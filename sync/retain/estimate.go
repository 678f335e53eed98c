package retain

import (
	"math"
	"time"
)

// Preset is a rhythm in which a hub ships its log.
type Preset string

const (
	Continuous Preset = "continuous" // a segment closes when its oldest change is 3 s old
	Quarter    Preset = "quarter"    // every 15 minutes
	Nightly    Preset = "nightly"    // once a day
	OnDemand   Preset = "on_demand"  // when somebody asks
)

// Presets are all of them, the most eager first.
func Presets() []Preset { return []Preset{Continuous, Quarter, Nightly, OnDemand} }

// Every is how old the oldest change of a segment may become; 0 for OnDemand.
func (p Preset) Every() time.Duration {
	switch p {
	case Continuous:
		return 3 * time.Second
	case Quarter:
		return 15 * time.Minute
	case Nightly:
		return 24 * time.Hour
	}
	return 0
}

// Usage is what a hub does in a day and holds.
type Usage struct {
	WritesPerDay  float64
	BytesPerWrite float64 // in a segment, compressed and sealed; 0 is 400
	StoreBytes    int64   // of a checkpoint, compressed and sealed
	FilesPerDay   float64 // papers and photos
	FileBytes     float64 // of one; 0 is 1 MB
	FilesStored   int64   // bytes of all files
	RunsOnDemand  float64 // a month, for OnDemand; 0 is 4
}

// Cost is what a month comes to at the bucket, rounded up. Class A are the
// requests that providers price higher (put, list), class B the others.
type Cost struct {
	Puts, Lists, Gets, Deletes int64
	Uploaded, Downloaded       int64 // bytes
	Stored                     int64 // bytes that lie there when the policy has come to rest
}

const (
	month       = 30.4      // days
	segmentSize = 1 << 20   // bytes at which a segment closes anyhow
	partSize    = 16 << 20  // bytes of a part of a checkpoint
	workingDay  = 10 * 3600 // seconds of a day in which people write
	objectBytes = 250       // of seal and head that each segment has beside its changes
	checkpoints = 30.4      // a month: one a day that has changes
	restores    = 4.3       // restore tests a month: one a week
)

// Estimate is what a month costs. The formula:
//
// Changes come at random over ten hours a day. A segment opens with a change
// and closes after the preset's time E, so a day of W changes over A seconds
// has W/(1+E·W/A) segments, or one for each full MiB if that is more. Each is
// one put; it is read again (a get) when its hour and its day are put together,
// which is a put for each hour and one for the day, a manifest, three listings
// and the deletes of what was put together. A day with changes has a
// checkpoint: a put for each 16 MiB, and one. Verification reads each object
// once a month, and a restore test a week reads the newest checkpoint. Files go
// up once.
func Estimate(preset Preset, u Usage, p Policy) Cost {
	perWrite, file, runs := or(u.BytesPerWrite, 400), or(u.FileBytes, 1e6), or(u.RunsOnDemand, 4)
	days, perDay := month, 0.0
	if u.WritesPerDay > 0 {
		perDay = u.WritesPerDay / (1 + preset.Every().Seconds()*u.WritesPerDay/workingDay)
	}
	switch preset {
	case Nightly:
		perDay = math.Min(u.WritesPerDay, 1)
	case OnDemand:
		days, perDay = runs, math.Min(u.WritesPerDay, 1)
	}
	logBytes := u.WritesPerDay * perWrite * month // whatever the rhythm
	perDay = math.Max(perDay, logBytes/days/segmentSize)
	segments := perDay * days
	full := math.Min(days, checkpoints)
	if u.WritesPerDay == 0 {
		full = 0
	}
	parts := math.Ceil(float64(u.StoreBytes)/partSize) + 1
	files := u.FilesPerDay * month

	hours := math.Min(perDay, workingDay/3600) * days
	if perDay <= 1 {
		hours = 0 // nothing to put together
	}
	joined := 0.0
	if hours > 0 {
		joined = days
	}
	keptPoints := float64(p.Last+p.Hourly+p.Daily+p.Weekly+p.Monthly+p.Yearly) + 2
	window := p.Window
	if window == 0 {
		window = DefaultWindow
	}
	sealed := segments * objectBytes
	c := Cost{
		Puts:    up(segments + hours + joined + joined + full*parts + files),
		Lists:   up(3*(hours+joined) + days + restores),
		Deletes: up(segments*min(hours, 1) + hours + full*parts),
		Gets:    up(segments*min(hours, 1) + hours + keptPoints*parts + restores*parts),
		// The log goes up once, and again by the hour and by the day.
		Uploaded:   up(logBytes*(1+2*min(joined, 1)) + sealed + full*float64(u.StoreBytes) + files*file),
		Downloaded: up(logBytes*2*min(joined, 1) + keptPoints*float64(u.StoreBytes) + restores*float64(u.StoreBytes) + float64(u.FilesStored)),
		Stored:     up(keptPoints*float64(u.StoreBytes) + logBytes/month*math.Ceil(window.Hours()/24+1) + float64(u.FilesStored)),
	}
	return c
}

func or(v, otherwise float64) float64 {
	if v > 0 {
		return v
	}
	return otherwise
}

func up(v float64) int64 { return int64(math.Ceil(v)) }
