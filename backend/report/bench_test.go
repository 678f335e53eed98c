package report_test

import (
	"bytes"
	"testing"

	"github.com/hubcap-dev/hubcap/backend/report"
)

func BenchmarkStickers(b *testing.B) {
	for name, n := range map[string]int{"1": 1, "500": 500} {
		many := make([]report.Subject, n)
		for i := range many {
			many[i] = truck()
		}
		b.Run(name, func(b *testing.B) {
			size := 0
			for b.Loop() {
				var out bytes.Buffer
				if err := report.Stickers(&out, head(report.Letter), each(many...)); err != nil {
					b.Fatal(err)
				}
				size = out.Len()
			}
			b.ReportMetric(float64(size)/1024, "KiB")
		})
	}
}
