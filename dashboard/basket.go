package dashboard

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"gatehouse"
	"gatehouse/ingest"
)

// A basket is the files of one preview. It is kept where their bytes are, and
// named by a sealed ticket: only the server makes tickets, and one is good for
// the user it was made for. So the page of a preview has an address, and
// nobody loads or sees what another has sent by guessing its sha256.
type basket struct {
	Files []basketFile `json:"files"`
}

// basketFile is a file that was sent and not loaded yet.
type basketFile struct {
	Name    string `json:"name"`
	SHA256  string `json:"sha256"` // empty: the file was too large to be kept
	Feed    string `json:"feed"`
	Project string `json:"project"`
	// Mapping by which it is read, name@version, or Draft, the YAML of one that
	// is still being written; a file with a draft cannot be loaded yet.
	Mapping string `json:"mapping,omitempty"`
	Draft   string `json:"draft,omitempty"`
	// Fault is why an archive has no more files, nil for a file.
	Fault *gatehouse.Text `json:"fault,omitempty"`
}

// ticket is what a sealed ticket says.
type ticket struct {
	User    string `json:"u"`
	Basket  string `json:"b"` // sha256
	Expires int64  `json:"x"` // Unix seconds
}

const (
	// ticketName keeps tickets and sessions, sealed with the same keys, apart.
	ticketName = "gatehouse_basket"
	// ticketLife is how long a preview is good; its bytes are kept for as long.
	ticketLife = 24 * time.Hour
)

// stage keeps a file of a form, or each file in an archive, for a preview.
func (s *Server) stage(ctx context.Context, in received) (files []basketFile, err error) {
	f := basketFile{Name: in.name, Feed: in.feed, Project: in.project, Mapping: in.mapping}
	if in.file == nil {
		return []basketFile{f}, nil
	}
	whole := ingest.Request{Name: in.name, Content: in.file, Size: in.size}
	refused, err := s.Loader.ForEach(ctx, whole, func(one ingest.Request) (err error) {
		f.Name = one.Name
		f.SHA256, err = s.Store.Stage(ctx, io.NewSectionReader(one.Content, 0, one.Size))
		files = append(files, f)
		return err
	})
	if refused != nil {
		files = append(files, basketFile{Name: in.name, Fault: &refused.Errors[0].Message})
	}
	return files, err
}

// seal keeps a basket and gives its ticket.
func (s *Server) seal(ctx context.Context, b basket, user string) (string, error) {
	raw, err := json.Marshal(b)
	if err != nil {
		return "", err
	}
	sha, err := s.Store.Stage(ctx, bytes.NewReader(raw))
	if err != nil {
		return "", err
	}
	sealed, err := s.cookies.code.Encode(ticketName, ticket{User: user, Basket: sha, Expires: s.now().Add(ticketLife).Unix()})
	if err != nil {
		return "", fmt.Errorf("seal a basket: %w", err)
	}
	return sealed, nil
}

// unseal gives the basket of a ticket to the user it was made for.
func (s *Server) unseal(sealed, user string) (basket, error) {
	var t ticket
	if err := s.cookies.code.Decode(ticketName, sealed, &t); err != nil {
		return basket{}, gatehouse.Errorf(gatehouse.NotFound, "there is no such preview")
	}
	if t.User != user {
		return basket{}, gatehouse.Errorf(gatehouse.Forbidden, "this is the preview of another user")
	}
	var b basket
	if s.now().Unix() >= t.Expires {
		return b, expired()
	}
	file, err := s.openStaged(t.Basket)
	if err != nil {
		return b, err
	}
	defer file.Close()
	return b, json.NewDecoder(file).Decode(&b)
}

// openStaged opens what was kept for a preview.
func (s *Server) openStaged(sha string) (*os.File, error) {
	file, err := s.Store.Open(sha)
	if gatehouse.KindOf(err) == gatehouse.NotFound || errors.Is(err, fs.ErrNotExist) {
		return nil, expired()
	}
	return file, err
}

func expired() error {
	return gatehouse.Errorf(gatehouse.NotFound, "the preview is over: send the files again")
}

// withFile opens a file of a basket for the loader.
func (s *Server) withFile(f Frame, b basketFile, do func(ingest.Request) error) error {
	// His projects may be others than when he sent the file.
	if _, err := f.User.Scope().Narrow(b.Project); err != nil {
		return err
	}
	file, err := s.openStaged(b.SHA256)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	req := f.request(b.Name, file, info.Size(), b.Feed, b.Project)
	req.Mapping = b.Mapping
	if b.Draft != "" {
		draft, err := ingest.ParseMapping([]byte(b.Draft))
		if err != nil {
			return err
		}
		req.Draft = &draft
	}
	return do(req)
}
