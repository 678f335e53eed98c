package report_test

import (
	"bytes"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/intake"
	"github.com/hubcap-dev/hubcap/backend/report"
)

func BenchmarkSheetOf10000(b *testing.B) {
	i, v := evening(10_000)
	for b.Loop() {
		var out bytes.Buffer
		if err := report.Sheet(&out, head(report.A4), i, &intake.Look{}, v); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(out.Len())/1024, "KiB")
	}
}
