package telemetry

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are the hub's measures. Labels are bounded sets: route classes,
// status codes, follower names; never a VIN or a person.
type Metrics struct {
	registry *prometheus.Registry

	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	commits  prometheus.Histogram
	writers  prometheus.Histogram
	queries  *prometheus.HistogramVec
	worker   *prometheus.GaugeVec
	jobs     *prometheus.CounterVec
}

// Probes are asked at each scrape.
type Probes struct {
	Head      func() uint64 // sequence of the change log's last change
	SearchLag func() uint64 // changes that the search index has not yet taken
	Searches  func() int    // searches waiting for their turn

	Jobs func() map[string]int // jobs that are not ended, by state
}

// jobStates are the states of a job that is not ended; the label's whole set.
var jobStates = [...]string{"queued", "running", "paused"}

// NewMetrics returns an empty set with the Go runtime's and process's own.
func NewMetrics(p Probes) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hubcap_http_requests_total", Help: "HTTP requests answered, by route class and status."}, []string{"class", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "hubcap_http_request_seconds", Help: "Time to answer, by route class.",
			Buckets: []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}}, []string{"class"}),
		commits: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "hubcap_store_commit_seconds", Help: "Time of one durable commit.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .5, 2}}),
		writers: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "hubcap_store_commit_writers", Help: "Writers that shared one commit.",
			Buckets: []float64{1, 2, 4, 8, 16, 32, 64, 128}}),
		queries: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "hubcap_db_statement_seconds", Help: "Time of one statement of the database, by how it ended: ok or error.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .5, 2}}, []string{"end"}),
		worker: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "hubcap_worker_state", Help: "1 for the model worker's present state."}, []string{"state"}),
		jobs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hubcap_jobs_ended_total", Help: "Jobs that ended, by how: done, failed or canceled."}, []string{"state"}),
	}
	gauge := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value)
	}
	lag := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "hubcap_follower_lag_changes", Help: "Changes that a follower of the log has not yet taken.",
		ConstLabels: prometheus.Labels{"follower": "search"}}, func() float64 { return float64(p.SearchLag()) })
	for _, state := range jobStates {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "hubcap_jobs", Help: "Jobs that are not ended, by state.",
			ConstLabels: prometheus.Labels{"state": state}}, func() float64 { return float64(p.Jobs()[state]) }))
	}
	m.registry.MustRegister(m.requests, m.duration, m.commits, m.writers, m.queries, m.worker, m.jobs, lag,
		gauge("hubcap_log_sequence", "Sequence of the last change in the log.", func() float64 { return float64(p.Head()) }),
		gauge("hubcap_searches_queued", "Searches waiting for their turn.", func() float64 { return float64(p.Searches()) }),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler serves the metrics as Prometheus text.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Request counts one answered request of a route class.
func (m *Metrics) Request(class string, status int, took time.Duration) {
	m.requests.WithLabelValues(class, strconv.Itoa(status)).Inc()
	m.duration.WithLabelValues(class).Observe(took.Seconds())
}

// Commit notes one durable commit that writers shared.
func (m *Metrics) Commit(took time.Duration, writers, _ int) {
	m.commits.Observe(took.Seconds())
	m.writers.Observe(float64(writers))
}

// Connections is how a database's connections are used.
type Connections struct {
	Open, Busy map[string]int32 // by use: read or write
	Waits      int64            // readers that had to wait for one, ever
}

// Database adds the gauges of a database's connections.
func (m *Metrics) Database(now func() Connections) {
	for _, use := range []string{"read", "write"} {
		labels := prometheus.Labels{"use": use}
		m.registry.MustRegister(
			prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "hubcap_db_connections", Help: "Open connections to the database.", ConstLabels: labels},
				func() float64 { return float64(now().Open[use]) }),
			prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "hubcap_db_connections_busy", Help: "Connections to the database that are in use.", ConstLabels: labels},
				func() float64 { return float64(now().Busy[use]) }))
	}
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "hubcap_db_waits_total", Help: "Readers that had to wait for a connection."},
		func() float64 { return float64(now().Waits) }))
}

// Query notes one statement of the database.
func (m *Metrics) Query(took time.Duration, err error) {
	end := "ok"
	if err != nil {
		end = "error"
	}
	m.queries.WithLabelValues(end).Observe(took.Seconds())
}

// Worker notes the model worker's state.
func (m *Metrics) Worker(state string) {
	m.worker.Reset()
	m.worker.WithLabelValues(state).Set(1)
}

// JobEnded counts a job that ended in a state.
func (m *Metrics) JobEnded(state string) { m.jobs.WithLabelValues(state).Inc() }
