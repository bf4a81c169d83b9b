package source

import "time"

// FolderConfig is a folder that is looked through for files.
type FolderConfig struct {
	Path      string        `yaml:"path"`
	Recursive bool          `yaml:"recursive"`
	InPlace   bool          `yaml:"in_place"`
	Done      string        `yaml:"done"`
	Failed    string        `yaml:"failed"`
	SettleFor time.Duration `yaml:"settle_for"`
}

// S3Config is a bucket of an S3-compatible store.
type S3Config struct {
	Endpoint     string `yaml:"endpoint"`
	AllowHTTP    bool   `yaml:"allow_http"`
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

// SFTPConfig is a folder of an SFTP server.
type SFTPConfig struct {
	Address   string `yaml:"address"`
	User      string `yaml:"user"`
	Password  Secret `yaml:"password"`
	Key       Secret `yaml:"key"`
	HostKey   string `yaml:"host_key"`
	Path      string `yaml:"path"`
	Recursive bool   `yaml:"recursive"`
	InPlace   bool   `yaml:"in_place"`
	Done      string `yaml:"done"`
	Failed    string `yaml:"failed"`
}

// IMAPConfig is a mailbox whose attachments are taken.
type IMAPConfig struct {
	Address        string   `yaml:"address"`
	TLS            string   `yaml:"tls"` // implicit (default) or starttls
	User           string   `yaml:"user"`
	Password       Secret   `yaml:"password"`
	Mailbox        string   `yaml:"mailbox"`
	AllowedSenders []string `yaml:"allowed_senders"`
	RequireAuth    string   `yaml:"require_auth"` // the mail server's name in Authentication-Results
	Done           string   `yaml:"done"`
	Failed         string   `yaml:"failed"`
}
