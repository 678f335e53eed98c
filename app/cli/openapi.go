package cli

import (
	"encoding/json"

	"github.com/spf13/cobra"

	"github.com/hubcap-dev/hubcap/backend/api"
)

func openAPICommand() *cobra.Command {
	return &cobra.Command{
		Use:   "openapi",
		Short: "Print the OpenAPI 3.1 document of the REST API",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			e := json.NewEncoder(cmd.OutOrStdout())
			e.SetIndent("", "  ")
			return e.Encode(api.Document("1"))
		},
	}
}
