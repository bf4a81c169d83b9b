package source

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"gatehouse"
)

// handshake is the time for greeting and signing in.
const handshake = 30 * time.Second

// sftpClient is a connection that ends with its context.
type sftpClient struct {
	*sftp.Client
	conn net.Conn
	stop func() bool
}

// abort makes every call that waits for the server return.
func (c *sftpClient) abort() { c.conn.Close() }

func (c *sftpClient) end() {
	c.stop()
	// The connection first: a server that is gone would be waited for.
	c.conn.Close()
	_ = c.Client.Close() // which now has nothing to say but that
}

func (f *sftpFolder) connect(ctx context.Context) (*sftpClient, error) {
	auth, err := f.auth()
	if err != nil {
		return nil, err
	}
	conn, err := f.dial(ctx, "tcp", f.c.Address)
	if err != nil {
		return nil, gatehouse.Errorf(gatehouse.Unavailable, "sftp %s: no connection: %w; check address and network", f.c.Address, err)
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	client, err := f.signIn(conn, auth)
	if err != nil {
		stop()
		conn.Close()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if wrong, ok := errors.AsType[*wrongHostKey](err); ok {
			return nil, gatehouse.Errorf(gatehouse.Forbidden, "sftp %s: %w; nothing was sent. Ask the server's operator whether the key was changed, and only then change host_key", f.c.Address, wrong)
		}
		return nil, gatehouse.Errorf(gatehouse.Unavailable, "sftp %s: cannot sign in as %s: %w; check user, password or key", f.c.Address, f.c.User, err)
	}
	return &sftpClient{client, conn, stop}, nil
}

func (f *sftpFolder) signIn(conn net.Conn, auth []ssh.AuthMethod) (*sftp.Client, error) {
	if err := conn.SetDeadline(time.Now().Add(handshake)); err != nil {
		return nil, err
	}
	channel, incoming, requests, err := ssh.NewClientConn(conn, f.c.Address, &ssh.ClientConfig{
		User: f.c.User, Auth: auth, HostKeyCallback: f.host.check, HostKeyAlgorithms: f.host.types,
	})
	if err != nil {
		return nil, err
	}
	client, err := sftp.NewClient(ssh.NewClient(channel, incoming, requests))
	if err != nil {
		return nil, err
	}
	return client, conn.SetDeadline(time.Time{})
}

// auth reads the secrets anew, so that they can be changed while the program runs.
func (f *sftpFolder) auth() ([]ssh.AuthMethod, error) {
	var methods []ssh.AuthMethod
	if !f.c.Key.IsZero() {
		text, err := f.c.Key.Read(f.getenv)
		if err != nil {
			return nil, err
		}
		signer, err := ssh.ParsePrivateKey([]byte(text))
		if err != nil {
			return nil, gatehouse.Errorf(gatehouse.Invalid, "sftp %s: key is no private key without a passphrase; make one with ssh-keygen -t ed25519 -N ''", f.c.Address)
		}
		methods = append(methods, ssh.PublicKeys(signer))
	}
	if !f.c.Password.IsZero() {
		password, err := f.c.Password.Read(f.getenv)
		if err != nil {
			return nil, err
		}
		methods = append(methods, ssh.Password(password), ssh.KeyboardInteractive(
			func(_, _ string, questions []string, echos []bool) ([]string, error) {
				answers := make([]string, len(questions))
				for i := range questions {
					if !echos[i] { // what is not shown is the password
						answers[i] = password
					}
				}
				return answers, nil
			}))
	}
	return methods, nil
}
