package s3

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/minio/minio-go/v7"

	"github.com/hubcap-dev/hubcap/backend/fault"
	"github.com/hubcap-dev/hubcap/sync/remote"
)

func what(doing, name string) string {
	if name == "" {
		return doing + " the bucket"
	}
	return doing + " " + name
}

// fault turns minio's error into a kind that names the field at fault.
func (b *Bucket) fault(err error, doing, name string) error {
	var known *fault.Error
	if err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled) {
		return err
	}
	doing = what(doing, name)
	var answer minio.ErrorResponse
	if errors.As(err, &answer) && answer.StatusCode != 0 {
		return b.refused(answer, doing, name)
	}
	return b.unreached(err, doing)
}

func field(kind fault.Kind, err error, doing, pointer, problem, remedy string) error {
	return &fault.Error{Kind: kind, Message: doing, Remedy: remedy, Fields: []fault.Field{{Pointer: pointer, Problem: problem, Remedy: remedy}}, Err: err}
}

// refused is about an answer of the service (codes: Amazon S3 API reference,
// "Error responses").
func (b *Bucket) refused(a minio.ErrorResponse, doing, name string) error {
	switch a.Code {
	case "NoSuchKey", "NoSuchVersion", "NotFound":
		if name == "" {
			break
		}
		return remote.NotFound(name)
	case "NoSuchBucket":
		return field(fault.Invalid, a, doing, "/bucket", "there is no bucket "+b.o.Bucket,
			"make the bucket at your provider, or correct its name; for a service at an address of your own try the bucket in the path")
	case "InvalidAccessKeyId", "InvalidAccessKey", "XAdminNoSuchUser":
		return field(fault.Denied, a, doing, "/access_key", "is not known there", "copy the access key's id from your provider again; it may have been deleted or have expired")
	case "SignatureDoesNotMatch":
		return field(fault.Denied, a, doing, "/secret_key", "does not belong to the access key", "copy the secret again; if it is right, look at the region and the endpoint")
	case "ExpiredToken", "InvalidToken", "TokenRefreshRequired":
		return field(fault.Denied, a, doing, "/access_key", "has expired", "make a new access key at your provider")
	case "RequestTimeTooSkewed", "RequestExpired":
		return fault.Wrap(fault.Denied, a, "%s: the clocks of this machine and of the bucket differ by more than 15 minutes", doing).
			WithRemedy("set this machine's clock, best by NTP")
	case "AuthorizationHeaderMalformed", "InvalidRegion", "PermanentRedirect", "TemporaryRedirect", "IllegalLocationConstraintException":
		remedy := "enter the region that your provider shows for the bucket"
		if a.Region != "" && a.Region != b.o.Region {
			remedy = "enter " + a.Region
		}
		return field(fault.Invalid, a, doing, "/region", "is not that of the bucket", remedy)
	case "InvalidStorageClass":
		return field(fault.Invalid, a, doing, "/class", "is not offered there", "leave it empty, or enter one that your provider names")
	case "InvalidBucketName":
		return field(fault.Invalid, a, doing, "/bucket", "is no name of a bucket", "correct the bucket's name")
	case "QuotaExceeded", "XMinioStorageFull", "InsufficientStorage", "StorageLimitExceeded":
		return fault.Wrap(fault.Full, a, "%s: the bucket is full", doing).WithRemedy("raise its limit at your provider, or keep fewer restore points")
	case "ObjectLockConfigurationNotFoundError", "InvalidBucketObjectLockConfiguration", "NoSuchObjectLockConfiguration":
		return remote.NoLock(name)
	case "InvalidRequest":
		if strings.Contains(strings.ToLower(strings.ReplaceAll(a.Message, " ", "")), "objectlock") {
			return remote.NoLock(name)
		}
	case "NotImplemented", "MethodNotAllowed":
		return fault.Wrap(fault.Invalid, a, "%s: the service does not offer this", doing)
	case "EntityTooLarge":
		return fault.Wrap(fault.Invalid, a, "%s: it is larger than the service takes", doing)
	}
	switch code := a.StatusCode; {
	case code == http.StatusForbidden || code == http.StatusUnauthorized:
		return fault.Wrap(fault.Denied, a, "%s: the credential may not do this, or the object is locked", doing).
			WithRemedy("look at the rights of the access key at your provider: a backup needs to list, read and write, and only pruning to delete")
	case code >= 500 || code == http.StatusTooManyRequests || code == http.StatusRequestTimeout || code == http.StatusConflict ||
		a.Code == "SlowDown" || a.Code == "RequestTimeout" || a.Code == "BadDigest" || a.Code == "IncompleteBody" || strings.HasPrefix(a.Code, "XAmzContentSHA256Mismatch"):
		return fault.Wrap(fault.Unavailable, a, "%s: the bucket can't just now", doing)
	case code >= 300 && code < 400:
		return field(fault.Invalid, a, doing, "/endpoint", "sends elsewhere", "enter the endpoint of the bucket's own region")
	case code == http.StatusNotFound || code == http.StatusOK:
		return field(fault.Invalid, a, doing, "/endpoint", "does not speak S3", "enter the address of the S3 service, which is often not that of the provider's web pages")
	}
	return fault.Wrap(fault.Unavailable, a, "%s: the bucket answers %d %s", doing, a.StatusCode, a.Code)
}

// unreached is about what came to no answer.
func (b *Bucket) unreached(err error, doing string) error {
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var header tls.RecordHeaderError
	var dns *net.DNSError
	switch {
	case errors.As(err, &unknown):
		return field(fault.Invalid, err, doing, "/ca", "the service's certificate is of an authority that is not known here", "paste the certificate of its authority, if it is your own service")
	case errors.As(err, &host):
		return field(fault.Invalid, err, doing, "/endpoint", "the service's certificate is for another name", "enter the name that the certificate is for; where the bucket stands in the host, try it in the path")
	case errors.As(err, &invalid):
		return field(fault.Invalid, err, doing, "/endpoint", "the service's certificate is not valid", "look at the certificate's dates, and at this machine's clock")
	case errors.As(err, &header), strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return field(fault.Invalid, err, doing, "/endpoint", "does not speak https", "enter http:// if it is a service of your own network")
	case errors.Is(err, errPage):
		return field(fault.Invalid, err, doing, "/endpoint", "does not speak S3", "enter the address of the S3 service, which is often not that of the provider's web pages")
	case errors.As(err, &dns) && dns.IsNotFound:
		return field(fault.Unavailable, err, doing, "/endpoint", "the name "+dns.Name+" is not known", "correct the endpoint; where the bucket stands in the host, try it in the path")
	}
	return fault.Wrap(fault.Unavailable, err, "%s: the bucket at %s does not answer", doing, b.o.Endpoint).
		WithRemedy("look at the network and at the endpoint")
}

// unlessAbsent drops the error of a feature that is not there or may not be
// asked for.
func unlessAbsent(err error) error {
	if errors.Is(err, remote.ErrNoLock) || fault.Is(err, fault.Denied) || fault.Is(err, fault.NotFound) {
		return nil
	}
	var known *fault.Error
	if errors.As(err, &known) && known.Kind == fault.Invalid && len(known.Fields) == 0 {
		return nil // not offered
	}
	return err
}
