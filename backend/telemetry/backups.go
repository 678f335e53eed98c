package telemetry

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Backup is a backup's target as the metrics tell it. There are ten at most.
type Backup struct {
	Target   string        // its id
	Lag      time.Duration // age of the oldest change that is not in it
	Changes  uint64        // that are not in it
	Through  time.Time     // everything written until then is in it
	Verified time.Time
	Tested   time.Time // by a restore that came out right
	Bytes    int64
	Green    bool
	Alerts   map[string]bool // by code: severe or not
}

// Backups adds the measures of backups, asked for at each scrape.
func (m *Metrics) Backups(now func() []Backup) {
	m.registry.MustRegister(&backups{now: now})
}

type backups struct{ now func() []Backup }

var (
	backupLag      = prometheus.NewDesc("hubcap_backup_lag_seconds", "Age of the oldest change that is not in the backup.", []string{"target"}, nil)
	backupChanges  = prometheus.NewDesc("hubcap_backup_lag_changes", "Changes that are not in the backup.", []string{"target"}, nil)
	backupThrough  = prometheus.NewDesc("hubcap_backup_through_timestamp_seconds", "Everything written until then is in the backup; 0: nothing.", []string{"target"}, nil)
	backupVerified = prometheus.NewDesc("hubcap_backup_verified_timestamp_seconds", "The last verification that found nothing wrong; 0: none.", []string{"target"}, nil)
	backupTested   = prometheus.NewDesc("hubcap_backup_restore_tested_timestamp_seconds", "The last restore test that came out right; 0: none.", []string{"target"}, nil)
	backupBytes    = prometheus.NewDesc("hubcap_backup_bytes", "Bytes that the backup takes, as last counted.", []string{"target"}, nil)
	backupGreen    = prometheus.NewDesc("hubcap_backup_green", "1 while the backup is proven and nothing severe is wrong.", []string{"target"}, nil)
	backupAlert    = prometheus.NewDesc("hubcap_backup_alert", "1 for each alert that stands.", []string{"target", "code", "severity"}, nil)
)

func (b *backups) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{backupLag, backupChanges, backupThrough, backupVerified, backupTested, backupBytes, backupGreen, backupAlert} {
		ch <- d
	}
}

func (b *backups) Collect(ch chan<- prometheus.Metric) {
	for _, s := range b.now() {
		gauge := func(d *prometheus.Desc, v float64, labels ...string) {
			ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, append([]string{s.Target}, labels...)...)
		}
		gauge(backupLag, s.Lag.Seconds())
		gauge(backupChanges, float64(s.Changes))
		gauge(backupThrough, unix(s.Through))
		gauge(backupVerified, unix(s.Verified))
		gauge(backupTested, unix(s.Tested))
		gauge(backupBytes, float64(s.Bytes))
		green := 0.0
		if s.Green {
			green = 1
		}
		gauge(backupGreen, green)
		for code, severe := range s.Alerts {
			severity := "warning"
			if severe {
				severity = "critical"
			}
			gauge(backupAlert, 1, code, severity)
		}
	}
}

func unix(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMilli()) / 1000
}
