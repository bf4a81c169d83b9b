package engine

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
)

const (
	addressFile = "engine.json" // a notice as JSON, mode 0600: how other commands find the engine
	configFile  = "config.xml"
	usersFile   = "users.xml"
	userName    = "gatehouse"
)

// notice is what the owner leaves for other commands.
type notice struct {
	Address
	Owner int `json:"owner"` // process id of the command whose child the engine is
}

// configure writes ClickHouse's configuration for this start. The password is
// made once and stays with the directory.
func configure(ctx context.Context, dir string, port int) (Address, error) {
	address := Address{Host: "127.0.0.1", Port: port, User: userName}
	if raw, err := os.ReadFile(filepath.Join(dir, addressFile)); err == nil {
		var before Address
		if json.Unmarshal(raw, &before) == nil {
			address.Password = before.Password
		}
	}
	if address.Password == "" {
		address.Password = rand.Text()
	}
	if err := choosePort(ctx, &address); err != nil {
		return Address{}, err
	}
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return Address{}, err
	}
	raw, err := json.Marshal(notice{address, os.Getpid()})
	if err != nil {
		return Address{}, err
	}
	for name, content := range map[string]string{
		configFile:  serverConfig(absolute, address),
		usersFile:   usersConfig(address),
		addressFile: string(raw) + "\n",
	} {
		if err := writeSecret(filepath.Join(dir, name), content); err != nil {
			return Address{}, fmt.Errorf("write %s: %w", name, err)
		}
	}
	return address, nil
}

// choosePort takes the configured port if it is free, else lets the system give one.
func choosePort(ctx context.Context, a *Address) error {
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", a.HostPort())
	if err != nil {
		return fmt.Errorf("ClickHouse cannot have port %d: choose another with --engine-port, or 0 for any free one (%w)", a.Port, err)
	}
	a.Port = l.Addr().(*net.TCPAddr).Port
	return l.Close()
}

func portTaken(ctx context.Context, a Address) bool { return choosePort(ctx, &a) != nil }

func writeSecret(path, content string) error {
	temporary := path + ".new"
	if err := os.WriteFile(temporary, []byte(content), 0o600); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}

// serverConfig keeps logs short and on file, and everything inside the
// directory. What an insert has acknowledged is to survive a power cut. Nearly
// full, the disk takes no insert: the library acknowledges one whose files it
// could not write.
func serverConfig(dir string, a Address) string {
	path := func(name string) string { return escape(filepath.Join(dir, name)) }
	return `<clickhouse>
  <logger><level>warning</level><log>` + path("clickhouse.log") + `</log><size>10M</size><count>2</count>` +
		// it warns of every pause of its background tasks, hundreds of times a minute
		`<levels><logger><name>BackgroundSchedulePool/BgSchPool</name><level>error</level></logger></levels></logger>
  <tcp_port>` + fmt.Sprint(a.Port) + `</tcp_port>
  <listen_host>` + a.Host + `</listen_host>
  <path>` + path("store") + `/</path>
  <tmp_path>` + path("tmp") + `/</tmp_path>
  <user_files_path>` + path("user_files") + `/</user_files_path>
  <format_schema_path>` + path("format_schemas") + `/</format_schema_path>
  <merge_tree><fsync_after_insert>1</fsync_after_insert><fsync_part_directory>1</fsync_part_directory>` +
		`<min_free_disk_bytes_to_perform_insert>67108864</min_free_disk_bytes_to_perform_insert></merge_tree>
  <mark_cache_size>268435456</mark_cache_size>
  <user_directories><users_xml><path>` + path(usersFile) + `</path></users_xml></user_directories>
</clickhouse>
`
}

// usersConfig gives the program a user of its own. The library itself logs in
// as "default" without a password, so that user may only open the listener.
func usersConfig(a Address) string {
	hash := sha256.Sum256([]byte(a.Password))
	return `<clickhouse>
  <profiles><default/></profiles>
  <quotas><default/></quotas>
  <users>
    <default>
      <password></password><profile>default</profile><quota>default</quota>
      <networks><ip>127.0.0.1</ip></networks>
      <grants><query>GRANT SYSTEM LISTEN ON *.*</query><query>GRANT SELECT ON system.numbers</query></grants>
    </default>
    <` + a.User + `>
      <password_sha256_hex>` + hex.EncodeToString(hash[:]) + `</password_sha256_hex><profile>default</profile><quota>default</quota>
      <networks><ip>127.0.0.1</ip></networks>
      <access_management>0</access_management>
    </` + a.User + `>
  </users>
</clickhouse>
`
}

func escape(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return s
	}
	return b.String()
}
