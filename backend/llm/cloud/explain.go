package cloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/ollama/ollama/api"
	openai "github.com/sashabaranov/go-openai"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/backend/netguard"
)

// errCut is under the error for an answer that broke off.
var errCut = errors.New("the answer was cut off")

// explain turns whatever went wrong on the way into a fault for a person. The
// key never stands in it, whatever the provider echoes.
func (p *Provider) explain(err error) error {
	var known *fault.Error
	var dns *net.DNSError
	var syntax *json.SyntaxError
	var shape *json.UnmarshalTypeError
	var often *limitError
	where := p.o.URL.Host
	status, said := refusal(err)
	switch {
	case errors.Is(err, context.Canceled) && !errors.Is(err, errSilent), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, netguard.ErrRefused) && errors.As(err, &known):
		return known
	case errors.Is(err, circuitbreaker.ErrOpen):
		e := fault.New(fault.Unavailable, "%s failed several times in a row and is left alone for now", where).WithRemedy("try again in %s", p.breaker.RemainingDelay().Round(time.Second)+time.Second)
		e.RetryAfter = p.breaker.RemainingDelay()
		return e
	case errors.Is(err, errSilent):
		return fault.New(fault.Unavailable, "%s sent nothing for %s", where, p.o.Silence).WithRemedy("try again, or use a smaller model")
	case errors.Is(err, errLong):
		return fault.New(fault.Unavailable, "%s sent an answer of more than %d MB", where, p.o.MaxBytes>>20)
	case errors.Is(err, errCut):
		return fault.New(fault.Unavailable, "the answer of %s broke off", where).WithRemedy("try again")
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return fault.New(fault.Denied, "%s does not accept the key (%d)%s", where, status, p.quote(said)).WithRemedy("enter a key that is valid there")
	case status == http.StatusNotFound:
		return fault.New(fault.NotFound, "%s knows no such model or address%s", where, p.quote(said)).WithRemedy("check the address and the model's name; addresses of OpenAI's kind mostly end in /v1")
	case errors.As(err, &often):
		e := fault.New(fault.Limited, "%s says that it was asked too often%s", where, p.quote(often.said)).WithRemedy("wait a while, or raise the limit there")
		e.RetryAfter = often.after
		return e
	case status >= 500:
		return fault.New(fault.Unavailable, "%s failed (%d)%s", where, status, p.quote(said)).WithRemedy("try again later")
	case status >= 400:
		return fault.New(fault.Unavailable, "%s did not take the request (%d)%s", where, status, p.quote(said))
	case errors.As(err, &dns):
		return fault.New(fault.Unavailable, "the name %s is not known here", p.o.URL.Hostname()).WithRemedy("check the address and the network")
	case errors.As(err, &syntax), errors.As(err, &shape):
		return fault.New(fault.Unavailable, "%s answers, but not as a place of models does", where).WithRemedy("check the address and the kind; addresses of OpenAI's kind mostly end in /v1")
	default:
		return &fault.Error{Kind: fault.Unavailable, Message: "can't reach " + where, Remedy: "check that it runs and that the address is right", Err: fmt.Errorf("%s", p.clean(err.Error()))}
	}
}

// refusal reads the status and the words of an answer that is no success.
func refusal(err error) (status int, message string) {
	var a *openai.APIError
	var r *openai.RequestError
	var s api.StatusError
	var u api.AuthorizationError
	switch {
	case errors.As(err, &a):
		return a.HTTPStatusCode, a.Message
	case errors.As(err, &r):
		return r.HTTPStatusCode, string(r.Body)
	case errors.As(err, &s):
		return s.StatusCode, s.ErrorMessage
	case errors.As(err, &u):
		return u.StatusCode, u.Status
	}
	return 0, ""
}

// quote is what the provider said, short and without the key.
func (p *Provider) quote(said string) string {
	said = strings.Join(strings.Fields(p.clean(said)), " ")
	if said == "" {
		return ""
	}
	if r := []rune(said); len(r) > 160 {
		said = string(r[:160]) + "…"
	}
	return ": " + said
}

func (p *Provider) clean(s string) string {
	if key := p.o.Key.Reveal(); key != "" {
		s = strings.ReplaceAll(s, key, "***")
	}
	return s
}
