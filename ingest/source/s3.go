package source

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	s3keys "github.com/minio/minio-go/v7/pkg/credentials"

	"gatehouse"
	"gatehouse/ingest"
)

// bucket takes the objects of an S3-compatible store.
type bucket struct {
	c         S3Config
	endpoint  *url.URL
	transport http.RoundTripper
	getenv    func(string) string
	limit     int64
}

func newS3(c S3Config, dial dialFunc, getenv func(string) string) (*bucket, error) {
	endpoint, err := url.Parse(c.Endpoint)
	switch {
	case err != nil || endpoint.Host == "" || endpoint.Scheme != "https" && endpoint.Scheme != "http" || strings.Trim(endpoint.Path, "/") != "" || endpoint.User != nil:
		return nil, gatehouse.Errorf(gatehouse.Invalid, "s3: endpoint must be an address such as https://s3.example.com, with nothing behind the host")
	case endpoint.Scheme == "http" && !c.AllowHTTP:
		return nil, gatehouse.Errorf(gatehouse.Invalid, "s3 %s: endpoint is not encrypted; use https, or set allow_http when the network is yours", c.Bucket)
	case c.Bucket == "":
		return nil, gatehouse.Errorf(gatehouse.Invalid, "s3 %s: bucket is missing", endpoint.Host)
	case c.AccessKey.IsZero() || c.SecretKey.IsZero():
		return nil, gatehouse.Errorf(gatehouse.Invalid, "s3 %s: give access_key and secret_key", c.Bucket)
	case c.Region == "": // else the library asks the store, which few may answer
		c.Region = "us-east-1"
	}
	if c.DonePrefix = cmp.Or(c.DonePrefix, path.Join(c.Prefix, "done")); !strings.HasSuffix(c.DonePrefix, "/") {
		c.DonePrefix += "/"
	}
	if c.FailedPrefix = cmp.Or(c.FailedPrefix, path.Join(c.Prefix, "failed")); !strings.HasSuffix(c.FailedPrefix, "/") {
		c.FailedPrefix += "/"
	}
	if !c.InPlace && (strings.HasPrefix(c.Prefix, c.DonePrefix) || strings.HasPrefix(c.Prefix, c.FailedPrefix)) {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "s3 %s: prefix %s lies within done_prefix or failed_prefix; choose others for these", c.Bucket, c.Prefix)
	}
	return &bucket{c: c, endpoint: endpoint, getenv: getenv, limit: maxFile, transport: &http.Transport{
		DialContext: dial, TLSHandshakeTimeout: 30 * time.Second, ResponseHeaderTimeout: time.Minute, IdleConnTimeout: time.Minute,
		DisableCompression: true, // an object stored gzipped must arrive as listed
	}}, nil
}

// connect reads the keys anew, so that they can be changed while the program runs.
func (b *bucket) connect() (*minio.Core, error) {
	access, err := b.c.AccessKey.Read(b.getenv)
	if err != nil {
		return nil, err
	}
	secret, err := b.c.SecretKey.Read(b.getenv)
	if err != nil {
		return nil, err
	}
	lookup := minio.BucketLookupDNS
	if b.c.PathStyle {
		lookup = minio.BucketLookupPath
	}
	client, err := minio.NewCore(b.endpoint.Host, &minio.Options{
		Creds: s3keys.NewStaticV4(access, secret, ""), Secure: b.endpoint.Scheme == "https",
		Transport: b.transport, Region: b.c.Region, BucketLookup: lookup, MaxRetries: 3,
	})
	if err != nil {
		return nil, gatehouse.Errorf(gatehouse.Invalid, "s3 %s: %w; correct endpoint and region", b.c.Bucket, err)
	}
	return client, nil
}

// Fetch yields the objects below the prefix, older ones first.
func (b *bucket) Fetch(ctx context.Context, before State, yield func(Item) error) error {
	client, err := b.connect()
	if err != nil {
		return err
	}
	found, err := b.list(ctx, client)
	if err != nil {
		return err
	}
	var wrong problems
	for _, object := range found {
		if b.c.InPlace && before.seen(object.Key, object.ETag) {
			continue
		}
		content, err := b.download(ctx, client, object)
		switch code := minio.ToErrorResponse(err).Code; {
		case ctx.Err() != nil:
			return ctx.Err()
		case code == minio.NoSuchKey: // gone since it was listed
			continue
		case code == minio.PreconditionFailed || errors.Is(err, errChanged):
			before.note("s3 %s: %s changed since it was listed, left for the next run", b.c.Bucket, object.Key)
			continue
		case errors.Is(err, errTooLarge):
			wrong.add(gatehouse.Errorf(gatehouse.Invalid, "s3 %s: %s has %d bytes, at most %d are taken; split it", b.c.Bucket, object.Key, object.Size, b.limit))
			continue
		case answered(err):
			wrong.add(gatehouse.Errorf(gatehouse.Unavailable, "s3 %s: %s cannot be read: %w; let the key read it, or move it away", b.c.Bucket, object.Key, err))
			continue
		case err != nil:
			return gatehouse.Errorf(gatehouse.Unavailable, "s3 %s: %s cannot be read: %w; the next run tries again", b.c.Bucket, object.Key, err)
		}
		err = yield(b.item(client, object, content))
		content.close()
		if err != nil {
			return err
		}
	}
	return wrong.err()
}

// answered tells a refusal by the store, which may be of one object, from a
// store that cannot be reached.
func answered(err error) bool {
	_, ok := errors.AsType[minio.ErrorResponse](err)
	return ok
}

func (b *bucket) list(ctx context.Context, client *minio.Core) ([]minio.ObjectInfo, error) {
	var found []minio.ObjectInfo
	for object := range client.ListObjectsIter(ctx, b.c.Bucket, minio.ListObjectsOptions{Prefix: b.c.Prefix, Recursive: true}) {
		if object.Err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, gatehouse.Errorf(gatehouse.Unavailable, "s3 %s: the objects cannot be listed: %w; check endpoint, bucket, path_style (MinIO and its like want it) and what the key may do", b.c.Bucket, object.Err)
		}
		settled := !b.c.InPlace && (strings.HasPrefix(object.Key, b.c.DonePrefix) || strings.HasPrefix(object.Key, b.c.FailedPrefix))
		if ingest.Takes(object.Key) && !settled {
			found = append(found, object)
		}
	}
	slices.SortFunc(found, func(x, y minio.ObjectInfo) int {
		return cmp.Or(x.LastModified.Compare(y.LastModified), strings.Compare(x.Key, y.Key))
	})
	return found, nil
}

func (b *bucket) download(ctx context.Context, client *minio.Core, object minio.ObjectInfo) (*localCopy, error) {
	if object.Size > b.limit {
		return nil, errTooLarge
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var as minio.GetObjectOptions
	if err := as.SetMatchETag(object.ETag); err != nil {
		return nil, err
	}
	body, got, _, err := client.GetObject(ctx, b.c.Bucket, object.Key, as)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	if got.ETag != object.ETag { // from a store that knows no conditions
		return nil, errChanged
	}
	content, err := copyOf(ctx, body, b.limit, cancel)
	if err != nil {
		return nil, err
	}
	if content.size != object.Size {
		content.close()
		return nil, errChanged
	}
	return content, nil
}

func (b *bucket) item(client *minio.Core, object minio.ObjectInfo, content *localCopy) Item {
	relative := strings.TrimPrefix(strings.TrimPrefix(object.Key, b.c.Prefix), "/")
	item := Item{Name: object.Key, Folder: folderOf(relative), Version: object.ETag, Content: content.file, Size: content.size}
	if !b.c.InPlace {
		item.Settle = func(ctx context.Context, became ingest.State) error {
			to, ok := destination(became, b.c.DonePrefix, b.c.FailedPrefix)
			if !ok {
				return nil
			}
			return b.move(ctx, client, object, to+relative)
		}
	}
	return item
}

// move copies and deletes, which is all that S3 has for it. An object that has
// taken the place of the loaded one meanwhile is left for the next run.
func (b *bucket) move(ctx context.Context, client *minio.Core, object minio.ObjectInfo, to string) error {
	unchanged := func() (bool, error) {
		now, err := client.StatObject(ctx, b.c.Bucket, object.Key, minio.StatObjectOptions{})
		if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
			return false, nil
		}
		return now.ETag == object.ETag, err
	}
	same, err := unchanged()
	if err == nil && !same {
		return nil
	}
	var target string
	if err == nil {
		target, err = freeName(to, object.LastModified, func(key string) (bool, error) {
			_, err := client.StatObject(ctx, b.c.Bucket, key, minio.StatObjectOptions{})
			if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
				return false, nil
			}
			return err == nil, err
		})
	}
	if err == nil {
		_, err = client.Client.CopyObject(ctx, minio.CopyDestOptions{Bucket: b.c.Bucket, Object: target},
			minio.CopySrcOptions{Bucket: b.c.Bucket, Object: object.Key, MatchETag: object.ETag})
	}
	if err == nil {
		same, err = unchanged()
	}
	if err == nil && same {
		err = client.RemoveObject(ctx, b.c.Bucket, object.Key, minio.RemoveObjectOptions{})
	}
	if err != nil {
		return gatehouse.Errorf(gatehouse.Unavailable, "s3 %s: %s cannot be moved to %s: %w; let the key write and delete, or set in_place", b.c.Bucket, object.Key, to, err)
	}
	return nil
}
