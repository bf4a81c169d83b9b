package source

import "time"

// FolderConfig is a folder of this machine or of a mounted share.
type FolderConfig struct {
	Path      string        `yaml:"path"`
	Recursive bool          `yaml:"recursive"`
	InPlace   bool          `yaml:"in_place"`   // leave the files where they are
	Done      string        `yaml:"done"`       // where loaded files go
	Failed    string        `yaml:"failed"`     // where refused files go
	SettleFor time.Duration `yaml:"settle_for"` // age a file must have; default 10s
}

// S3Config is a bucket.
type S3Config struct {
	Endpoint     string `yaml:"endpoint"`
	Region       string `yaml:"region"`
	Bucket       string `yaml:"bucket"`
	Prefix       string `yaml:"prefix"`
	AccessKey    Secret `yaml:"access_key"`
	SecretKey    Secret `yaml:"secret_key"`
	PathStyle    bool   `yaml:"path_style"`
	InPlace      bool   `yaml:"in_place"`
	DonePrefix   string `yaml:"done_prefix"`
	FailedPrefix string `yaml:"failed_prefix"`
}

// SFTPConfig is a directory of an SFTP server.
type SFTPConfig struct {
	Address  string `yaml:"address"`
	User     string `yaml:"user"`
	Password Secret `yaml:"password"`
	Key      Secret `yaml:"key"`
	HostKey  string `yaml:"host_key"`
	Path     string `yaml:"path"`
	InPlace  bool   `yaml:"in_place"`
	Done     string `yaml:"done"`
	Failed   string `yaml:"failed"`
}

// IMAPConfig is a mailbox whose attachments are files.
type IMAPConfig struct {
	Address        string   `yaml:"address"`
	User           string   `yaml:"user"`
	Password       Secret   `yaml:"password"`
	Mailbox        string   `yaml:"mailbox"`
	AllowedSenders []string `yaml:"allowed_senders"`
	Done           string   `yaml:"done"`
	Failed         string   `yaml:"failed"`
}
